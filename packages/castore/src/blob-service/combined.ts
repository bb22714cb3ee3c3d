import type { Report } from "@tvix-mesh/service";
import { putBlobs } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";
import { createTieredBlobReads } from "./tiered-blob-reads.ts";

/** Reads `near` first, then `far`; writes go to `near`. What is damaged in one of them is healed from the other. */
export function createCombinedBlobService(
  near: BlobService,
  far: BlobService,
  { report }: { readonly report: Report },
): BlobService {
  return {
    ...createTieredBlobReads({ parts: [near, far], fill: false, report }),
    putMany: (batches, options) => putBlobs(near, batches, options),
    openWrite: (options) => near.openWrite(options),
  };
}
