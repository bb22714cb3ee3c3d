import { lstat } from "node:fs/promises";
import { listPaths } from "./list-paths.ts";

const blockBytes = 512;

async function sizeOf(path: Buffer): Promise<number> {
  const stat = await lstat(path);
  let sizeBytes = stat.blocks * blockBytes;
  if (stat.isDirectory()) for (const child of await listPaths(path)) sizeBytes += await sizeOf(child);
  return sizeBytes;
}

/** How much of the disk a file or directory takes, in bytes. */
export function treeSizeBytes(path: string): Promise<number> {
  return sizeOf(Buffer.from(path));
}
