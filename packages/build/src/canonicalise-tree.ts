import { chmod, lstat, lutimes } from "node:fs/promises";
import { listPaths } from "./list-paths.ts";

/** Every file's modification time, in seconds since 1970, as in Nix's store. */
const storeTime = 1;
const sideBySide = 16;

async function canonicalise(path: Buffer): Promise<number> {
  const stat = await lstat(path);
  let sizeBytes = stat.blocks * 512;
  if (stat.isDirectory()) {
    const children = await listPaths(path);
    for (let start = 0; start < children.length; start += sideBySide) {
      const sizes = await Promise.all(children.slice(start, start + sideBySide).map(canonicalise));
      sizeBytes = sizes.reduce((sum, size) => sum + size, sizeBytes);
    }
  }
  if (!stat.isSymbolicLink()) await chmod(path, stat.isDirectory() || stat.mode & 0o100 ? 0o555 : 0o444);
  await lutimes(path, storeTime, storeTime);
  return sizeBytes;
}

/**
 * Gives a tree the modes and times that everything in Nix's store has: 0444, or 0555 for directories and executables,
 * and one second after the epoch. Answers how much of the disk it takes, in bytes.
 */
export function canonicaliseTree(path: string): Promise<number> {
  return canonicalise(Buffer.from(path));
}
