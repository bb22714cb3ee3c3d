import { type CallOptions, createRetrier, type Retrier, type RetryOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { createB3Hasher } from "../b3-hasher.ts";
import { listAgain } from "../list-again.ts";
import { mapStreamInOrder } from "../map-in-order.ts";
import { hasBlobs, parallelBatches, readBlobs } from "./blob-batches.ts";
import { resolveRange } from "./blob-range.ts";
import type { BlobReader, BlobService, ByteRange } from "./blob-service.ts";
import { putBatch } from "./fanned-blob-batches.ts";
import { ReplayingBlobWriter } from "./replaying-blob-writer.ts";

/**
 * Calls `inner` again while it is unavailable or too slow. Reads go on where they broke off; blobs of up to 4 MiB are
 * written again, longer ones are the caller's to write again.
 */
export function createRetryingBlobService(
  inner: BlobService,
  options: RetryOptions,
  retrier: Retrier = createRetrier(options),
): BlobService {
  return {
    has: (digest, callOptions) => retrier.call(() => inner.has(digest, callOptions), callOptions),
    chunks: (digest, callOptions) => retrier.call(() => inner.chunks(digest, callOptions), callOptions),
    async openRead(digest, callOptions) {
      const reader = await retrier.call(() => inner.openRead(digest, callOptions), callOptions);
      return reader && createResumingReader(digest, reader, retrier);
    },
    hasMany: (digests, callOptions) => retrier.call(() => hasBlobs(inner, digests, callOptions), callOptions),
    readMany: (digests, callOptions) =>
      retrier.iterate((handedOut) => readBlobs(inner, digests.slice(handedOut), callOptions), callOptions),
    putMany: (batches, callOptions) =>
      mapStreamInOrder(
        batches,
        parallelBatches,
        (batch, signal) => retrier.call(() => putBatch(inner, batch, { signal }), { signal }),
        callOptions?.signal,
      ),
    outboard: (digest, callOptions) => retrier.call(async () => inner.outboard?.(digest, callOptions), callOptions),
    list: inner.list && listAgain(inner.list, retrier),
    openWrite: async (callOptions) => new ReplayingBlobWriter(inner, retrier, callOptions),
  };
}

function createResumingReader(digest: B3Digest, reader: BlobReader, retrier: Retrier): BlobReader {
  const { sizeBytes } = reader;

  function resume(range?: ByteRange, options?: CallOptions): AsyncIterable<Uint8Array> {
    const { start, end } = resolveRange(digest, sizeBytes, range);
    const rest = (handedOut: number): ByteRange => ({ offset: start + handedOut, length: end - start - handedOut });
    return retrier.iterate(
      (handedOut) => reader.read(rest(handedOut), options),
      options,
      (piece) => piece.length,
    );
  }

  return {
    sizeBytes,
    async *read(range, options) {
      const { start, end } = resolveRange(digest, sizeBytes, range);
      if (start > 0 || end < sizeBytes) return yield* resume(range, options);
      // In parts, the reader can't tell that the whole is wrong.
      using hasher = createB3Hasher();
      let missingBytes = sizeBytes;
      for await (const piece of resume(range, options)) {
        hasher.update(piece);
        missingBytes -= piece.length;
        if (missingBytes === 0 && !hasher.digest().equals(digest))
          throw new ServiceError("data-loss", `Cannot read blob ${digest}: its parts are not those of that digest`);
        yield piece;
      }
    },
  };
}
