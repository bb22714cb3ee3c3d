import type { Report } from "@tvix-mesh/service";
import type { PathInfoService } from "./path-info-service.ts";
import { createTieredPathInfoReads } from "./tiered-path-info-reads.ts";

/** Reads `near` first, then `far`, and lists both; writes go to `near`. What is damaged in `near` is healed. */
export function createCombinedPathInfoService(
  near: PathInfoService,
  far: PathInfoService,
  { report }: { readonly report: Report },
): PathInfoService {
  return {
    ...createTieredPathInfoReads({ parts: [near, far], fill: false, report }),
    put: (pathInfo, options) => near.put(pathInfo, options),
  };
}
