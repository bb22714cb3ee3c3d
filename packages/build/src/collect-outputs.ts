import { chmod, lstat } from "node:fs/promises";
import { join } from "node:path";
import { displayBytes } from "@tvix-mesh/castore";
import { listPaths } from "./canonicalise-tree.ts";

/** What is wrong with what a build left; the build has failed. */
export class OutputFault extends Error {}

function specialKind(stat: { isSocket(): boolean; isFIFO(): boolean; isBlockDevice(): boolean }): string {
  if (stat.isSocket()) return "a socket";
  if (stat.isFIFO()) return "a pipe";
  return stat.isBlockDevice() ? "a block device" : "a character device";
}

/** Refuses what a store can't keep, and makes the rest readable for us: builds may have taken that right away. */
async function checkTree(path: Buffer, rootLength: number): Promise<void> {
  const stat = await lstat(path);
  if (stat.isSymbolicLink()) return;
  const needed = stat.isDirectory() ? 0o700 : 0o400;
  if (!stat.isDirectory() && !stat.isFile()) {
    const shown = displayBytes(path.subarray(rootLength));
    throw new OutputFault(
      `builder left ${specialKind(stat)} at ${shown}; only files, directories and symlinks can be kept`,
    );
  }
  if ((stat.mode & needed) !== needed) await chmod(path, (stat.mode & 0o777) | needed);
  if (stat.isDirectory()) for (const child of await listPaths(path)) await checkTree(child.path, rootLength);
}

/**
 * Where an output lies on disk, after it was found to be there and fit to be kept. A directory on the way to it that
 * the build has replaced by a symlink is not followed: it could lead anywhere on the host.
 */
export async function locateOutput(root: string, output: string): Promise<string> {
  let path = root;
  for (const part of output.split("/")) {
    const parent = await lstat(path).catch(() => undefined);
    path = join(path, part);
    const stat = parent?.isDirectory() ? await lstat(path).catch(() => undefined) : undefined;
    if (!stat) throw new OutputFault(`builder left no output /${output}`);
  }
  await checkTree(Buffer.from(path), root.length);
  return path;
}
