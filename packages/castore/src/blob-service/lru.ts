import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { createLruObjectStore } from "../object-store/lru.ts";
import type { BlobService } from "./blob-service.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";

/** What an object costs beside its bytes. */
const overheadBytes = 256;

/** Keeps chunks in memory, up to `capacityBytes` of them compressed. A blob that has lost a chunk isn't there. */
export function createLruBlobService(capacityBytes: number): BlobService & AsyncDisposable {
  const objects = createLruObjectStore({
    capacity: capacityBytes,
    weigh: (value) => Math.min(value.length + overheadBytes, capacityBytes),
  });
  const inner = createObjectStoreBlobService(objects);

  async function isWhole(digest: B3Digest, options?: CallOptions): Promise<boolean> {
    const chunks = await inner.chunks(digest, options);
    if (!chunks) return false;
    for (const chunk of chunks) if (!(await inner.has(chunk.digest, options))) return false;
    return true;
  }

  return {
    has: isWhole,
    chunks: async (digest, options) => ((await isWhole(digest, options)) ? inner.chunks(digest, options) : undefined),
    openRead: async (digest, options) =>
      (await isWhole(digest, options)) ? inner.openRead(digest, options) : undefined,
    outboard: async (digest, options) =>
      (await isWhole(digest, options)) ? inner.outboard?.(digest, options) : undefined,
    openWrite: (options) => inner.openWrite(options),
    putMany: inner.putMany,
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
