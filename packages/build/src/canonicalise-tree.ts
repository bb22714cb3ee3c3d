import type { Dirent } from "node:fs";
import { chmod, lstat, lutimes, readdir } from "node:fs/promises";

/** Every file's modification time, in seconds since 1970, as in Nix's store. */
const storeTime = 1;
const sideBySide = 16;

const slash = Buffer.from("/");

/** The entries of a directory as full paths; names are bytes. */
export async function listPaths(path: Buffer): Promise<readonly { path: Buffer; entry: Dirent<Buffer> }[]> {
  const entries = await readdir(path, { withFileTypes: true, encoding: "buffer" });
  return entries.map((entry) => ({ path: Buffer.concat([path, slash, entry.name]), entry }));
}

async function canonicalise(path: Buffer): Promise<number> {
  const stat = await lstat(path);
  let sizeBytes = stat.blocks * 512;
  if (stat.isDirectory()) {
    const children = await listPaths(path);
    for (let start = 0; start < children.length; start += sideBySide) {
      const sizes = await Promise.all(
        children.slice(start, start + sideBySide).map((child) => canonicalise(child.path)),
      );
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
