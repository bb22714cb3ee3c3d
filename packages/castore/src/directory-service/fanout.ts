import { type CallOptions, type FanoutOptions, reachQuorum } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { ClosurePutter } from "./closure-putter.ts";
import type { DirectoryService } from "./directory-service.ts";
import { putClosure } from "./put-closure.ts";
import { createTieredDirectoryReads } from "./tiered-directory-reads.ts";

/**
 * Writes to all `parts`, of which `quorum` must take it; reads from the first that has it, and stores it where it was
 * missing or damaged. With fewer parts down than the quorum, what was written is found and what wasn't is known absent.
 */
export function createFanoutDirectoryService(
  parts: readonly DirectoryService[],
  { quorum, report }: FanoutOptions,
): DirectoryService {
  async function putEverywhere(
    root: B3Digest,
    put: (part: DirectoryService) => Promise<B3Digest>,
    options?: CallOptions,
  ): Promise<B3Digest> {
    await reachQuorum(`Cannot put directory ${root}`, quorum, parts.map(put), report, options);
    return root;
  }
  return {
    ...createTieredDirectoryReads({ parts, fill: true, isConclusive: (failed) => failed.length < quorum, report }),
    put: (directory, options) => putEverywhere(directory.digest, (part) => part.put(directory, options), options),
    openPutter: async (options) =>
      new ClosurePutter(({ root, directories }) =>
        putEverywhere(root.digest, (part) => putClosure(part, directories, options), options),
      ),
  };
}
