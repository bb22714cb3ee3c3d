import { type CacheOptions, RememberedAbsences, reportFailure } from "@tvix-mesh/service";
import type { PathInfoService } from "./path-info-service.ts";
import { absenceKey, createTieredPathInfoReads } from "./tiered-path-info-reads.ts";

/**
 * Reads `near` first, then `far`; what came from `far` is kept in `near`, and what is damaged in `near` is healed.
 * Lists both. Writes go to `near` alone, or to `far` and then, as `far` answered, to `near`.
 */
export function createCachingPathInfoService(
  near: PathInfoService,
  far: PathInfoService,
  { absentForMs, writes, report }: CacheOptions,
): PathInfoService {
  const absences = new RememberedAbsences(absentForMs);
  // If all is in `far`, nothing is lost with `near`.
  const isConclusive = (failed: readonly number[]): boolean =>
    failed.length === 0 || (writes === "both" && !failed.includes(1));
  return {
    ...createTieredPathInfoReads({ parts: [near, far], fill: true, absences, isConclusive, report }),
    async put(pathInfo, options) {
      if (writes === "near") return near.put(pathInfo, options);
      const stored = await far.put(pathInfo, options);
      absences.delete(absenceKey(stored.storePath.digest));
      try {
        await near.put(stored, options);
      } catch (error) {
        reportFailure(report, "the path info isn't kept nearby", error);
      }
      return stored;
    },
  };
}
