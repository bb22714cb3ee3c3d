import { ServiceError } from "@tvix-mesh/service";
import { createLruObjectStore } from "../object-store/lru.ts";
import type { DirectoryService } from "./directory-service.ts";
import { createObjectStoreDirectoryService } from "./object-store-directory-service.ts";

/** Keeps the directories used last, `capacity` of them, in memory. A closure that has lost one isn't there. */
export function createLruDirectoryService(capacity: number): DirectoryService & AsyncDisposable {
  const inner = createObjectStoreDirectoryService(createLruObjectStore({ capacity }));
  return {
    ...inner,
    async *getRecursive(root, options) {
      try {
        yield* await Array.fromAsync(inner.getRecursive(root, options));
      } catch (error) {
        if (!ServiceError.is(error, "data-loss")) throw error;
      }
    },
  };
}
