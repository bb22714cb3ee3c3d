import { type FanoutOptions, reachQuorum } from "@tvix-mesh/service";
import type { PathInfo } from "../path-info.ts";
import type { PathInfoService } from "./path-info-service.ts";
import { createTieredPathInfoReads } from "./tiered-path-info-reads.ts";

/**
 * Writes to all `parts`, of which `quorum` must take it; reads from the first that has it, and stores it where it was
 * missing or damaged. With fewer parts down than the quorum, what was written is found and what wasn't is known absent.
 */
export function createFanoutPathInfoService(
  parts: readonly PathInfoService[],
  { quorum, report }: FanoutOptions,
): PathInfoService {
  return {
    ...createTieredPathInfoReads({ parts, fill: true, isConclusive: (failed) => failed.length < quorum, report }),
    async put(pathInfo, options) {
      const puts = parts.map((part) => part.put(pathInfo, options));
      const action = `Cannot put path info ${pathInfo.storePath}`;
      const [stored] = await reachQuorum(action, quorum, puts, report, options);
      return stored as PathInfo;
    },
  };
}
