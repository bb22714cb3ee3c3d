import { type CacheOptions, RememberedAbsences, reportFailure } from "@tvix-mesh/service";
import { ClosurePutter } from "./closure-putter.ts";
import type { DirectoryService } from "./directory-service.ts";
import { putClosure } from "./put-closure.ts";
import { createTieredDirectoryReads } from "./tiered-directory-reads.ts";

/**
 * Reads `near` first, then `far`; a directory from `far` is kept in `near` with all that is below it. What is damaged
 * in `near` is healed from `far`. Writes go to `near` alone, or to `far` and then to `near`.
 */
export function createCachingDirectoryService(
  near: DirectoryService,
  far: DirectoryService,
  { absentForMs, writes, report }: CacheOptions,
): DirectoryService {
  const absences = new RememberedAbsences(absentForMs);
  // If all is in `far`, nothing is lost with `near`.
  const isConclusive = (failed: readonly number[]): boolean =>
    failed.length === 0 || (writes === "both" && !failed.includes(1));
  const reads = createTieredDirectoryReads({ parts: [near, far], fill: true, absences, isConclusive, report });
  if (writes === "near")
    return {
      ...reads,
      put: (directory, options) => near.put(directory, options),
      openPutter: (options) => near.openPutter(options),
    };

  /** What `near` can't take is still in `far`. */
  async function keepNear(put: () => Promise<unknown>): Promise<void> {
    try {
      await put();
    } catch (error) {
      reportFailure(report, "the directories aren't kept nearby", error);
    }
  }
  return {
    ...reads,
    async put(directory, options) {
      const digest = await far.put(directory, options);
      absences.delete(digest.hex);
      await keepNear(() => near.put(directory, options));
      return digest;
    },
    async openPutter(options) {
      return new ClosurePutter(async ({ root, directories }) => {
        await putClosure(far, directories, options);
        for (const { digest } of directories) absences.delete(digest.hex);
        await keepNear(() => putClosure(near, directories, options));
        return root.digest;
      });
    },
  };
}
