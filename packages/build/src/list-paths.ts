import { readdir } from "node:fs/promises";

const slash = Buffer.from("/");

/** The full paths of what is in a directory, as bytes, because names need not be UTF-8. */
export async function listPaths(directory: Buffer): Promise<readonly Buffer[]> {
  const names = await readdir(directory, { encoding: "buffer" });
  return names.map((name) => Buffer.concat([directory, slash, name]));
}
