import type { Report } from "@tvix-mesh/service";
import type { DirectoryService } from "./directory-service.ts";
import { createTieredDirectoryReads } from "./tiered-directory-reads.ts";

/** Reads `near` first, then `far`; writes go to `near`. What is damaged in `near` is healed from `far`. */
export function createCombinedDirectoryService(
  near: DirectoryService,
  far: DirectoryService,
  { report }: { readonly report: Report },
): DirectoryService {
  return {
    ...createTieredDirectoryReads({ parts: [near, far], fill: false, report }),
    put: (directory, options) => near.put(directory, options),
    openPutter: (options) => near.openPutter(options),
  };
}
