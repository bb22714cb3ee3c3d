import { chmod, lstat, open, readlink } from "node:fs/promises";
import { join } from "node:path";
import { createReferenceScanner, displayBytes, type ReferenceScanner } from "@tvix-mesh/castore";
import { listPaths } from "./list-paths.ts";

/** What is wrong with what a build left; the build has failed. */
export class OutputFault extends Error {}

/** How many files are read at once. */
const sideBySide = 8;
const pieceBytes = 256 * 1024;

function specialKind(stat: { isSocket(): boolean; isFIFO(): boolean; isBlockDevice(): boolean }): string {
  if (stat.isSocket()) return "a socket";
  if (stat.isFIFO()) return "a pipe";
  return stat.isBlockDevice() ? "a block device" : "a character device";
}

/**
 * Lists the regular files of a tree and scans its symlinks. Refuses what a store can't keep, and makes the rest
 * readable for us: builds may have taken that right away.
 */
async function* listFiles(path: Buffer, rootLength: number, scanner: ReferenceScanner): AsyncGenerator<Buffer> {
  const stat = await lstat(path);
  if (stat.isSymbolicLink()) return scanner.openStream().scan(await readlink(path, { encoding: "buffer" }));
  if (!stat.isDirectory() && !stat.isFile()) {
    const shown = displayBytes(path.subarray(rootLength));
    throw new OutputFault(
      `builder left ${specialKind(stat)} at ${shown}; only files, directories and symlinks are kept`,
    );
  }
  const needed = stat.isDirectory() ? 0o700 : 0o400;
  if ((stat.mode & needed) !== needed) await chmod(path, (stat.mode & 0o777) | needed);
  if (stat.isFile()) yield path;
  else for (const child of await listPaths(path)) yield* listFiles(child, rootLength, scanner);
}

async function scanFile(path: Buffer, scanner: ReferenceScanner, buffer: Buffer): Promise<void> {
  const stream = scanner.openStream();
  await using file = await open(path, "r");
  let { bytesRead } = await file.read(buffer, 0, buffer.length, null);
  while (bytesRead > 0) {
    stream.scan(buffer.subarray(0, bytesRead));
    // Nobody writes any more, so a read that fills the buffer only in part has come to the end.
    if (bytesRead < buffer.length) return;
    ({ bytesRead } = await file.read(buffer, 0, buffer.length, null));
  }
}

/** What was found at an output's place. */
export interface InspectedOutput {
  /** Where it lies on the host's disk. */
  readonly place: string;
  /** The indices of the needles that occur in file contents and symlink targets, ascending. */
  readonly needles: readonly number[];
}

/** A directory on the way that the build has replaced by a symlink isn't followed: it could lead anywhere. */
async function locate(root: string, output: string): Promise<string> {
  let place = root;
  for (const part of output.split("/")) {
    const parent = await lstat(place).catch(() => undefined);
    place = join(place, part);
    const stat = parent?.isDirectory() ? await lstat(place).catch(() => undefined) : undefined;
    if (!stat) throw new OutputFault(`builder left no output /${output}`);
  }
  return place;
}

/** Looks at what a build left for `output` below `root`. Throws an OutputFault if that can't be kept. */
export async function inspectOutput(
  root: string,
  output: string,
  needles: readonly string[],
  signal: AbortSignal,
): Promise<InspectedOutput> {
  const place = await locate(root, output);
  const scanner = createReferenceScanner(needles);
  const files = listFiles(Buffer.from(place), root.length, scanner);
  let failed = false;
  const work = async () => {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    try {
      for (let next = await files.next(); !next.done && !failed; next = await files.next()) {
        signal.throwIfAborted();
        if (needles.length > 0) await scanFile(next.value, scanner, buffer);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const workers = Array.from({ length: sideBySide }, work);
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return { place, needles: scanner.found() };
}
