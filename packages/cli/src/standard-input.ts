import { fstatSync } from "node:fs";
import process from "node:process";
import { buffer } from "node:stream/consumers";

/** All of it. Throws for a directory, of which Node.js would read nothing. */
export async function readStandardInput(): Promise<Uint8Array<ArrayBuffer>> {
  if (fstatSync(0).isDirectory()) throw new Error("Cannot read standard input: it is a directory");
  return new Uint8Array(await buffer(process.stdin));
}
