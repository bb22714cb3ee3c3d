import { type CacheOptions, type CallOptions, RememberedAbsences, reportFailure } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { mapStreamInOrder } from "../map-in-order.ts";
import { parallelBatches, putBlobs } from "./blob-batches.ts";
import type { BlobService, BlobWriter } from "./blob-service.ts";
import { putBatch } from "./fanned-blob-batches.ts";
import { openFannedWriter } from "./fanned-blob-writer.ts";
import { createTieredBlobReads } from "./tiered-blob-reads.ts";

/**
 * Reads `near` first, then `far`; what came from `far` is kept in `near`: small blobs at once, large ones chunk by
 * chunk as they are read. What is damaged in `near` is healed from `far`. Writes go to `near` alone, or to both.
 */
export function createCachingBlobService(
  near: BlobService,
  far: BlobService,
  { absentForMs, writes, report }: CacheOptions,
): BlobService {
  const absences = new RememberedAbsences(absentForMs);
  // If all is in `far`, nothing is lost with `near`.
  const isConclusive = (failed: readonly number[]): boolean =>
    failed.length === 0 || (writes === "both" && !failed.includes(1));
  const parts = [far, near];

  /** What `near` can't take is still in `far`. */
  async function putBoth(batch: readonly Uint8Array[], options: CallOptions): Promise<readonly B3Digest[]> {
    const kept = putBatch(near, batch, options).catch((error: unknown) => {
      if (!options.signal?.aborted) reportFailure(report, "the blobs aren't kept nearby", error);
    });
    const [digests] = await Promise.all([putBatch(far, batch, options), kept]);
    for (const digest of digests) absences.delete(digest.hex);
    return digests;
  }

  return {
    ...createTieredBlobReads({ parts: [near, far], fill: true, absences, isConclusive, report }),
    putMany: (batches, options) =>
      writes === "near"
        ? putBlobs(near, batches, options)
        : mapStreamInOrder(batches, parallelBatches, (batch, signal) => putBoth(batch, { signal }), options?.signal),
    async openWrite(options) {
      if (writes === "near") return near.openWrite(options);
      // What `near` can't take is still in `far`.
      const isEnough = (taken: readonly number[]): boolean => taken.includes(0);
      const writer = await openFannedWriter(parts, { isEnough, report }, options);
      return {
        write: (data) => writer.write(data),
        async close() {
          const digest = await writer.close();
          absences.delete(digest.hex);
          return digest;
        },
        [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
      } satisfies BlobWriter;
    },
  };
}
