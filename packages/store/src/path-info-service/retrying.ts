import { createRetrier, type Retrier, type RetryOptions } from "@tvix-mesh/service";
import type { PathInfo } from "../path-info.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** Calls `inner` again while it is unavailable or too slow. */
export function createRetryingPathInfoService(
  inner: PathInfoService,
  options: RetryOptions,
  retrier: Retrier = createRetrier(options),
): PathInfoService {
  return {
    get: (digest, callOptions) => retrier.call(() => inner.get(digest, callOptions), callOptions),
    put: (pathInfo, callOptions) => retrier.call(() => inner.put(pathInfo, callOptions), callOptions),
    async *list(callOptions) {
      const listed = new Set<string>();
      async function* rest(): AsyncGenerator<PathInfo> {
        for await (const pathInfo of inner.list(callOptions)) {
          if (listed.has(pathInfo.storePath.hashPart)) continue;
          listed.add(pathInfo.storePath.hashPart);
          yield pathInfo;
        }
      }
      yield* retrier.iterate(rest, callOptions);
    },
  };
}
