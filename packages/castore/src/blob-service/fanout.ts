import type { FanoutOptions } from "@tvix-mesh/service";
import type { BlobService } from "./blob-service.ts";
import { createFannedPutMany } from "./fanned-blob-batches.ts";
import { openFannedWriter } from "./fanned-blob-writer.ts";
import { createTieredBlobReads } from "./tiered-blob-reads.ts";

/**
 * Writes to all `parts`, of which `quorum` must take it; reads from the first that has it, and stores it where it was
 * missing or damaged. With fewer parts down than the quorum, what was written is found and what wasn't is known absent.
 */
export function createFanoutBlobService(parts: readonly BlobService[], { quorum, report }: FanoutOptions): BlobService {
  const isEnough = (taken: readonly number[]): boolean => taken.length >= quorum;
  return {
    ...createTieredBlobReads({ parts, fill: true, isConclusive: (failed) => failed.length < quorum, report }),
    putMany: createFannedPutMany(parts, quorum, report),
    openWrite: (options) => openFannedWriter(parts, { isEnough, report }, options),
  };
}
