import { ServiceError } from "@tvix-mesh/service";
import type { DirectoryService } from "./directory-service.ts";

/** Reads `inner`; writing is `permission-denied`. */
export function createReadonlyDirectoryService(inner: DirectoryService): DirectoryService {
  const refuse = (what: string): ServiceError =>
    new ServiceError("permission-denied", `Cannot put ${what}: the service is read-only`);
  return {
    get: (digest, options) => inner.get(digest, options),
    getRecursive: (root, options) => inner.getRecursive(root, options),
    list: inner.list,
    async put(directory) {
      throw refuse(`directory ${directory.digest}`);
    },
    async openPutter() {
      throw refuse("directories");
    },
  };
}
