import { type FileHandle, open, stat } from "node:fs/promises";
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

/** In one call, which may take less than everything where the disk is full. */
async function writeAll(handle: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let rest = parts.filter((part) => part.length > 0);
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest);
    rest = rest.flatMap((part) => {
      const writtenBytes = Math.min(part.length, bytesWritten);
      bytesWritten -= writtenBytes;
      return writtenBytes === part.length ? [] : [part.subarray(writtenBytes)];
    });
  }
}

/** Writes a new file, and resolves once its contents are on disk. */
export async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, "wx", 0o644);
  try {
    await writeAll(handle, parts);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
