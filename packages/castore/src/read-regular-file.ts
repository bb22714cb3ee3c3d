import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ServiceError, toServiceError } from "@tvix-mesh/service";
import { displayBytes } from "./display-bytes.ts";
import { type FileStamp, stampOf } from "./import-cache/file-stamp.ts";

const readBytes = 1024 * 1024;
// NONBLOCK, so that a FIFO that has taken a file's place doesn't hold us up.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What went wrong with a file system entry, as an error that names it. */
export function importError(path: Uint8Array, cause: unknown): ServiceError {
  const action = `Cannot import ${displayBytes(path)}`;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new ServiceError("not-found", `${action}: there is no such file`, { cause });
  if (code === "ELOOP" || code === "ENXIO")
    return new ServiceError("failed-precondition", `${action}: it was replaced meanwhile`, { cause });
  return toServiceError(action, cause);
}

/** Opens a regular file, never through a symbolic link, for as long as `use` runs. */
export async function useRegularFile<Result>(
  path: Uint8Array,
  use: (file: RegularFile) => Promise<Result>,
): Promise<Result> {
  let handle: FileHandle;
  try {
    handle = await open(Buffer.from(path), openFlags);
  } catch (cause) {
    throw importError(path, cause);
  }
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile())
      throw new ServiceError("failed-precondition", `Cannot import ${displayBytes(path)}: it was replaced meanwhile`);
    return await use(new RegularFile(path, handle, stats));
  } finally {
    await handle.close();
  }
}

/** That a file was written to while it was read, so that what was read may be a state that it never had. */
export function changedError(path: Uint8Array): ServiceError {
  return new ServiceError("failed-precondition", `Cannot import ${displayBytes(path)}: it changed while it was read`);
}

/** Reading to the end fails if the file has changed since it was opened. */
export class RegularFile {
  readonly #path: Uint8Array;
  readonly #handle: FileHandle;
  readonly #modifiedNs: bigint;
  /** When it was opened. */
  readonly stamp: FileStamp;

  constructor(path: Uint8Array, handle: FileHandle, stats: BigIntStats) {
    this.#path = path;
    this.#handle = handle;
    this.#modifiedNs = stats.mtimeNs;
    this.stamp = stampOf(stats);
  }

  /** When it was opened. */
  get sizeBytes(): number {
    return this.stamp.sizeBytes;
  }

  /** Whether its owner may execute it. */
  get executable(): boolean {
    return this.stamp.executable;
  }

  async readAll(): Promise<Uint8Array> {
    try {
      const bytes = await this.#handle.readFile();
      await this.#checkUnchanged(bytes.length);
      return bytes;
    } catch (cause) {
      throw ServiceError.is(cause) ? cause : importError(this.#path, cause);
    }
  }

  /** From the start to the end, each time. A piece is valid until the next one is asked for. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(readBytes);
    for (let position = 0; ; ) {
      const bytesRead = await this.#read(buffer, position);
      if (bytesRead === 0) return await this.#checkUnchanged(position);
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async #read(buffer: Uint8Array, position: number): Promise<number> {
    try {
      return (await this.#handle.read(buffer, 0, buffer.length, position)).bytesRead;
    } catch (cause) {
      throw importError(this.#path, cause);
    }
  }

  async #checkUnchanged(readBytes: number): Promise<void> {
    const { size, mtimeNs } = await this.#handle.stat({ bigint: true });
    const isRead = size === BigInt(readBytes) && readBytes === this.sizeBytes;
    if (!isRead || mtimeNs !== this.#modifiedNs) throw changedError(this.#path);
  }
}
