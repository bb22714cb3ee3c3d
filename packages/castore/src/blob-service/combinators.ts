import type { Combinators } from "@tvix-mesh/service";
import type { BlobService } from "./blob-service.ts";
import { createCachingBlobService } from "./caching.ts";
import { createCombinedBlobService } from "./combined.ts";
import { createFanoutBlobService } from "./fanout.ts";
import { createLruBlobService } from "./lru.ts";
import { createReadonlyBlobService } from "./readonly.ts";
import { createRetryingBlobService } from "./retrying.ts";

/** The ways to make a blob service of others. The capacity of `lru` is in bytes. */
export const blobServiceCombinators: Combinators<BlobService> = {
  cache: createCachingBlobService,
  combined: createCombinedBlobService,
  fanout: createFanoutBlobService,
  readonly: createReadonlyBlobService,
  retry: createRetryingBlobService,
  lru: createLruBlobService,
};
