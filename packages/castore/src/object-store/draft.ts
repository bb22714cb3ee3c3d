import { open, stat } from "node:fs/promises";
import { stateOfProcess } from "./process-identity.ts";

/** How old a draft of another container must be to count as abandoned. Writing one takes seconds. */
const abandonedAfterMs = 3_600_000;

/** Whether nobody works any more on the draft, which the process with that identity began. */
export async function isAbandonedDraft(draft: string, identity: string): Promise<boolean> {
  const state = stateOfProcess(identity);
  if (state !== "unknown") return state === "dead";
  const modifiedAtMs = (await stat(draft)).mtimeMs;
  return Date.now() - modifiedAtMs > abandonedAfterMs;
}

/** Writes a new file, and resolves once its contents are on disk. */
export async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, "wx", 0o644);
  try {
    for (const part of parts) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
