import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import { objectKey } from "../object-store/object-key.ts";
import { type ObjectStore, putParts } from "../object-store/object-store.ts";
import { compressChunk, decompressChunk } from "./chunk-codec.ts";
import { rawFrameParts } from "./raw-zstd-frame.ts";

function damaged(digest: B3Digest, cause?: unknown): ServiceError {
  return new ServiceError("data-loss", `Cannot read chunk ${digest}: what is stored is damaged`, { cause });
}

/** The chunk in a zstd frame as it is, where what keeps it will compress it. */
function rawFrameUpTo(chunk: Uint8Array, largestBytes = 0): readonly Uint8Array[] | undefined {
  if (chunk.length > largestBytes) return undefined;
  const parts = rawFrameParts(chunk);
  return parts.reduce((sum, part) => sum + part.length, 0) <= largestBytes ? parts : undefined;
}

/** Chunks in an ObjectStore, compressed, each under its digest. */
export class ChunkStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  has(digest: B3Digest, options?: CallOptions): Promise<boolean> {
    return this.#objects.has(objectKey("chunks", digest), options);
  }

  /** The chunk, verified; `data-loss` if what is stored doesn't match the digest. */
  async get(digest: B3Digest, options?: CallOptions): Promise<Uint8Array | undefined> {
    const stored = await this.#objects.get(objectKey("chunks", digest), options);
    if (!stored) return undefined;
    const chunk = await decompressChunk(stored).catch((cause: unknown) => {
      throw damaged(digest, cause);
    });
    if (!hashB3(chunk).equals(digest)) throw damaged(digest);
    return chunk;
  }

  /** Durable once it resolves; until then, `chunk` must not change. Nothing is written if it is there already. */
  async put(digest: B3Digest, chunk: Uint8Array, options?: CallOptions): Promise<void> {
    const key = objectKey("chunks", digest);
    if (await this.#objects.has(key, options)) return;
    const frame = rawFrameUpTo(chunk, this.#objects.packsUpToBytes) ?? (await compressChunk(chunk));
    await putParts(this.#objects, key, frame, { ...options, ifAbsent: true });
  }
}
