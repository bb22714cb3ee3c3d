import { createRetrier, type Retrier, type RetryOptions } from "@tvix-mesh/service";
import type { Directory } from "../directory.ts";
import { listAgain } from "../list-again.ts";
import { ClosurePutter } from "./closure-putter.ts";
import type { DirectoryService } from "./directory-service.ts";
import { putClosure } from "./put-closure.ts";

/** Calls `inner` again while it is unavailable or too slow. */
export function createRetryingDirectoryService(
  inner: DirectoryService,
  options: RetryOptions,
  retrier: Retrier = createRetrier(options),
): DirectoryService {
  return {
    get: (digest, callOptions) => retrier.call(() => inner.get(digest, callOptions), callOptions),
    put: (directory, callOptions) => retrier.call(() => inner.put(directory, callOptions), callOptions),
    async *getRecursive(root, callOptions) {
      const handedOut = new Set<string>();
      // After a failure it begins anew, parents before children still.
      async function* rest(): AsyncGenerator<Directory> {
        for await (const directory of inner.getRecursive(root, callOptions)) {
          if (handedOut.has(directory.digest.hex)) continue;
          handedOut.add(directory.digest.hex);
          yield directory;
        }
      }
      yield* retrier.iterate(rest, callOptions);
    },
    list: inner.list && listAgain(inner.list, retrier),
    openPutter: async (callOptions) =>
      new ClosurePutter(({ directories }) =>
        retrier.call(() => putClosure(inner, directories, callOptions), callOptions),
      ),
  };
}
