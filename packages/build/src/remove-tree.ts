import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/**
 * Removes a directory and everything below it; nothing happens if there is none. Builds leave directories without
 * write permission, and trees too deep for a path: the system's tools manage what Node's `rm` doesn't.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await execute("chmod", ["-R", "u+rwX", "--", path]).catch(() => undefined);
    await execute("rm", ["-rf", "--", path]);
  }
}
