import type { Combinators } from "@tvix-mesh/service";
import { createCachingDirectoryService } from "./caching.ts";
import { createCombinedDirectoryService } from "./combined.ts";
import type { DirectoryService } from "./directory-service.ts";
import { createFanoutDirectoryService } from "./fanout.ts";
import { createLruDirectoryService } from "./lru.ts";
import { createReadonlyDirectoryService } from "./readonly.ts";
import { createRetryingDirectoryService } from "./retrying.ts";

/** The ways to make a directory service of others. The capacity of `lru` is a number of directories. */
export const directoryServiceCombinators: Combinators<DirectoryService> = {
  cache: createCachingDirectoryService,
  combined: createCombinedDirectoryService,
  fanout: createFanoutDirectoryService,
  readonly: createReadonlyDirectoryService,
  retry: createRetryingDirectoryService,
  lru: createLruDirectoryService,
};
