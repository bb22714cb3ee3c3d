import type { Combinators } from "@tvix-mesh/service";
import { createCachingPathInfoService } from "./caching.ts";
import { createCombinedPathInfoService } from "./combined.ts";
import { createFanoutPathInfoService } from "./fanout.ts";
import { createLruPathInfoService } from "./lru.ts";
import type { PathInfoService } from "./path-info-service.ts";
import { createReadonlyPathInfoService } from "./readonly.ts";
import { createRetryingPathInfoService } from "./retrying.ts";

/** The ways to make a path info service of others. The capacity of `lru` is a number of path infos. */
export const pathInfoServiceCombinators: Combinators<PathInfoService> = {
  cache: createCachingPathInfoService,
  combined: createCombinedPathInfoService,
  fanout: createFanoutPathInfoService,
  readonly: createReadonlyPathInfoService,
  retry: createRetryingPathInfoService,
  lru: createLruPathInfoService,
};
