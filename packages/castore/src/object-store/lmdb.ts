import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32, zstdDecompressSync } from "node:zlib";
import { type CallOptions, ServiceError, toServiceError } from "@tvix-mesh/service";
import { joinParts } from "./join-parts.ts";
import { LargeObjectFiles } from "./large-object-files.ts";
import type { LmdbIndex } from "./lmdb-index.ts";
import { decodeRecord, encodeRecord, type LmdbRecord } from "./lmdb-record.ts";
import type { ObjectStore } from "./object-store.ts";
import { openSharedLmdbIndex, type SharedLmdbIndex } from "./shared-lmdb-index.ts";

export interface LmdbObjectStoreOptions {
  /** A directory, made if it isn't there. */
  readonly path: string;
  /** How far the LMDB file may grow. No limit but the disk's by default. */
  readonly mapSizeBytes?: number | undefined;
  /** Objects of more bytes than this are files of their own. */
  readonly inlineLimitBytes?: number | undefined;
}

/** No object is packed that is larger, whatever the limit is set to. */
const largestPackedBytes = 512 * 1024;
/** What is smaller is kept beside its key as it is. */
const smallestPackedBytes = 64;

function decompressAlone(compressed: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(zstdDecompressSync(compressed, { maxOutputLength: largestPackedBytes }));
  } catch {
    return undefined;
  }
}

/** Covers the key too, so that two objects whose contents were exchanged are noticed. */
function checksumOf(key: string, ...parts: readonly Uint8Array[]): number {
  return parts.reduce((checksum, part) => crc32(part, checksum), crc32(key));
}

class LmdbObjectStore implements ObjectStore {
  readonly #shared: SharedLmdbIndex;
  readonly #index: LmdbIndex;
  readonly #files: LargeObjectFiles;
  readonly #inlineLimitBytes: number;
  readonly packsUpToBytes: number;

  constructor(shared: SharedLmdbIndex, files: LargeObjectFiles, inlineLimitBytes: number) {
    this.#shared = shared;
    this.#index = shared.index;
    this.#files = files;
    this.#inlineLimitBytes = inlineLimitBytes;
    this.packsUpToBytes = inlineLimitBytes;
  }

  async get(key: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    options?.signal?.throwIfAborted();
    for (;;) {
      const encoded = this.#index.get(key);
      if (!encoded) return undefined;
      const record = decodeRecord(encoded);
      const value = record && (await this.#valueOf(record));
      if (value && checksumOf(key, value) === record.checksum) return value;
      // The file or the pack may have been replaced between the two reads.
      const again = this.#index.get(key);
      if (!again || Buffer.compare(encoded, again) === 0) {
        if (!again) return undefined;
        throw new ServiceError(
          "data-loss",
          `Cannot read object ${key}: it is ${value ? "damaged" : "missing"} on disk`,
        );
      }
    }
  }

  async #valueOf(record: LmdbRecord): Promise<Uint8Array | undefined> {
    switch (record.kind) {
      case "inline":
        return new Uint8Array(record.value);
      case "alone":
        return decompressAlone(record.compressed);
      case "packed":
        return this.#index.getPacked(record);
      case "file":
        return this.#files.read(record.name);
    }
  }

  async has(key: string, options?: CallOptions): Promise<boolean> {
    options?.signal?.throwIfAborted();
    return this.#index.has(key);
  }

  put(key: string, value: Uint8Array, options?: CallOptions): Promise<void> {
    return this.putParts(key, [value], options);
  }

  async putParts(key: string, parts: readonly Uint8Array[], options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
    try {
      if (sizeBytes <= this.#inlineLimitBytes) await this.#putInline(key, joinParts(parts));
      else await this.#putFile(key, parts);
    } catch (error) {
      throw toServiceError(`Cannot put object ${key}`, error);
    }
  }

  async #putInline(key: string, value: Uint8Array): Promise<void> {
    const checksum = checksumOf(key, value);
    const previous =
      value.length < smallestPackedBytes
        ? this.#index.put(key, encodeRecord({ kind: "inline", checksum, value }))
        : this.#index.putPacked(key, checksum, value);
    await this.#removeFileOf(await previous);
  }

  async #putFile(key: string, parts: readonly Uint8Array[]): Promise<void> {
    const file = await this.#files.write(key, parts);
    const record = encodeRecord({ kind: "file", checksum: checksumOf(key, ...parts), name: file.name });
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

  async #removeFileOf(encoded: Uint8Array | undefined): Promise<void> {
    const record = decodeRecord(encoded);
    if (record?.kind === "file") await this.#files.remove(record.name);
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
    await this.#shared.release();
    await this.#files.close();
  }
}

/**
 * Keeps objects in a directory of the local disk: small ones in one LMDB file, those that come together packed together,
 * larger ones as files beside it. Several processes may have it open, and one process several times. A checksum of each
 * object is checked on each read.
 */
export async function openLmdbObjectStore(options: LmdbObjectStoreOptions): Promise<ObjectStore> {
  try {
    await mkdir(options.path, { recursive: true });
    const files = await LargeObjectFiles.open(options.path);
    const largestBytes = options.mapSizeBytes ?? Number.POSITIVE_INFINITY;
    const shared = await openSharedLmdbIndex(join(options.path, "index.lmdb"), largestBytes);
    try {
      await files.cleanUp((key, name) => {
        const record = decodeRecord(shared.index.get(key));
        return record?.kind === "file" && record.name === name;
      });
    } catch (error) {
      await shared.release();
      throw error;
    }
    return new LmdbObjectStore(shared, files, Math.min(options.inlineLimitBytes ?? 64 * 1024, largestPackedBytes));
  } catch (error) {
    throw toServiceError(`Cannot open object store ${options.path}`, error);
  }
}
