import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import process from "node:process";
import { ServiceError, toServiceError } from "@tvix-mesh/service";

/** An archive that is read once. */
export interface ArchiveInput {
  /** For messages. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How much of it was read, from 0 to 1; undefined if nobody knows how long it is. */
  fraction(): number | undefined;
}

async function* countBytes(source: AsyncIterable<Uint8Array>, count: (bytes: number) => void, name: string) {
  try {
    for await (const piece of source) {
      count(piece.length);
      yield piece;
    }
  } catch (cause) {
    throw toServiceError(`Cannot read ${name}`, cause);
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    await using handle = await open(file);
    const stats = await handle.stat();
    if (stats.isDirectory()) throw new Error("it is a directory");
    return stats.isFile() ? stats.size : undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new ServiceError("not-found", `Cannot read ${file}: there is no such file`, { cause });
    throw toServiceError(`Cannot read ${file}`, cause);
  }
}

/** Opens a file, or standard input for "-", for as long as `signal` isn't aborted. Fails if it isn't there, or is a terminal. */
export async function openArchive(file: string, signal: AbortSignal | undefined): Promise<ArchiveInput> {
  const isStandardInput = file === "-";
  if (isStandardInput && process.stdin.isTTY)
    throw new Error("Cannot read an archive from standard input: it is a terminal");
  const name = isStandardInput ? "standard input" : file;
  const sizeBytes = isStandardInput ? undefined : await sizeOf(file);
  let readBytes = 0;
  const source = isStandardInput ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
  // Whoever writes to a pipe may take its time.
  signal?.addEventListener("abort", () => source.destroy(signal.reason));
  const count = (bytes: number): void => {
    readBytes += bytes;
  };
  return {
    name,
    bytes: countBytes(source, count, name),
    fraction: () => (sizeBytes ? Math.min(readBytes / sizeBytes, 1) : undefined),
  };
}
