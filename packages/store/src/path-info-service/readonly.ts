import { ServiceError } from "@tvix-mesh/service";
import type { PathInfoService } from "./path-info-service.ts";

/** Reads `inner`; writing is `permission-denied`. */
export function createReadonlyPathInfoService(inner: PathInfoService): PathInfoService {
  return {
    get: (digest, options) => inner.get(digest, options),
    async put({ storePath }) {
      throw new ServiceError("permission-denied", `Cannot put path info ${storePath}: the service is read-only`);
    },
    list: (options) => inner.list(options),
  };
}
