import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type CallOptions, ServiceError, toServiceError } from "@tvix-mesh/service";
import { LargeObjectFiles } from "./large-object-files.ts";
import { LmdbIndex } from "./lmdb-index.ts";
import type { ObjectStore } from "./object-store.ts";

export interface LmdbObjectStoreOptions {
  /** A directory, made if it isn't there. */
  readonly path: string;
  /** How far the LMDB file may grow. No limit but the disk's by default. */
  readonly mapSizeBytes?: number | undefined;
  /** Objects of more bytes than this are files of their own. */
  readonly inlineLimitBytes?: number | undefined;
}

const inlineKind = 0;
const fileKind = 1;
/** One byte of kind, four of checksum. */
const headerBytes = 5;

interface Record {
  readonly kind: number;
  readonly checksum: number;
  /** The value, or the name of the file that holds it. */
  readonly content: Uint8Array;
}

function encodeRecord({ kind, checksum, content }: Record): Uint8Array {
  const record = Buffer.allocUnsafe(headerBytes + content.length);
  record[0] = kind;
  record.writeUInt32LE(checksum, 1);
  record.set(content, headerBytes);
  return record;
}

function decodeRecord(record: Uint8Array): Record {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  return { kind: view.getUint8(0), checksum: view.getUint32(1, true), content: record.subarray(headerBytes) };
}

function fileNameOf(record: Uint8Array | undefined): string | undefined {
  if (!record || record[0] !== fileKind) return undefined;
  return Buffer.from(record.subarray(headerBytes)).toString("latin1");
}

/** Covers the key too, so that two objects whose contents were exchanged are noticed. */
function checksumOf(key: string, value: Uint8Array): number {
  return crc32(value, crc32(key));
}

class LmdbObjectStore implements ObjectStore {
  readonly #index: LmdbIndex;
  readonly #files: LargeObjectFiles;
  readonly #inlineLimitBytes: number;

  constructor(index: LmdbIndex, files: LargeObjectFiles, inlineLimitBytes: number) {
    this.#index = index;
    this.#files = files;
    this.#inlineLimitBytes = inlineLimitBytes;
  }

  async get(key: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    options?.signal?.throwIfAborted();
    for (;;) {
      const record = this.#index.get(key);
      if (!record) return undefined;
      const value = await this.#valueOf(record);
      if (value && checksumOf(key, value) === decodeRecord(record).checksum) return value;
      // The file may have been replaced between the two reads.
      const again = this.#index.get(key);
      if (!again || Buffer.compare(record, again) === 0) {
        if (!again) return undefined;
        throw new ServiceError(
          "data-loss",
          `Cannot read object ${key}: it is ${value ? "damaged" : "missing"} on disk`,
        );
      }
    }
  }

  async #valueOf(record: Uint8Array): Promise<Uint8Array | undefined> {
    if (record.length < headerBytes) return undefined;
    const name = fileNameOf(record);
    return name === undefined ? new Uint8Array(decodeRecord(record).content) : this.#files.read(name);
  }

  async has(key: string, options?: CallOptions): Promise<boolean> {
    options?.signal?.throwIfAborted();
    return this.#index.has(key);
  }

  async put(key: string, value: Uint8Array, options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    try {
      if (value.length <= this.#inlineLimitBytes) await this.#putInline(key, value);
      else await this.#putFile(key, value);
    } catch (error) {
      throw toServiceError(`Cannot put object ${key}`, error);
    }
  }

  async #putInline(key: string, value: Uint8Array): Promise<void> {
    const record = encodeRecord({ kind: inlineKind, checksum: checksumOf(key, value), content: value });
    await this.#removeFileOf(await this.#index.put(key, record));
  }

  async #putFile(key: string, value: Uint8Array): Promise<void> {
    const file = await this.#files.write(key, value);
    const content = Buffer.from(file.name, "latin1");
    const record = encodeRecord({ kind: fileKind, checksum: checksumOf(key, value), content });
    let previous: Uint8Array | undefined;
    try {
      previous = await this.#index.put(key, record);
    } catch (error) {
      await file.settle("discard");
      throw error;
    }
    await file.settle("keep");
    await this.#removeFileOf(previous);
  }

  async #removeFileOf(record: Uint8Array | undefined): Promise<void> {
    const name = fileNameOf(record);
    if (name !== undefined) await this.#files.remove(name);
  }

  async delete(key: string, options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    if (!this.#index.has(key)) return;
    try {
      await this.#removeFileOf(await this.#index.remove(key));
    } catch (error) {
      throw toServiceError(`Cannot delete object ${key}`, error);
    }
  }

  list(prefix: string, options?: CallOptions): AsyncIterable<string> {
    return this.#index.keys(prefix, options?.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#index.close();
  }
}

/**
 * Keeps objects in a directory of the local disk: small ones in one LMDB file, larger ones as files beside it. Several
 * processes may have it open. A checksum of each object is checked on each read.
 */
export async function openLmdbObjectStore(options: LmdbObjectStoreOptions): Promise<ObjectStore> {
  try {
    await mkdir(options.path, { recursive: true });
    const files = await LargeObjectFiles.open(options.path);
    const index = new LmdbIndex(join(options.path, "index.lmdb"), options.mapSizeBytes ?? Number.POSITIVE_INFINITY);
    await files.cleanUp((key, name) => fileNameOf(index.get(key)) === name);
    return new LmdbObjectStore(index, files, options.inlineLimitBytes ?? 64 * 1024);
  } catch (error) {
    throw toServiceError(`Cannot open object store ${options.path}`, error);
  }
}
