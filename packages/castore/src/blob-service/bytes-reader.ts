import type { B3Digest } from "../b3-digest.ts";
import { resolveRange } from "./blob-range.ts";
import type { BlobReader } from "./blob-service.ts";

/** A reader of a blob that is in memory, already verified. */
export function createBytesReader(digest: B3Digest, bytes: Uint8Array): BlobReader {
  return {
    sizeBytes: bytes.length,
    async *read(range, options) {
      const { start, end } = resolveRange(digest, bytes.length, range);
      options?.signal?.throwIfAborted();
      if (start < end) yield bytes.subarray(start, end);
    },
  };
}
