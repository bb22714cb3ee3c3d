import { createObjectStoreBlobService } from "../blob-service/object-store-blob-service.ts";
import type { CastoreServices } from "../castore-services.ts";
import { createObjectStoreDirectoryService } from "../directory-service/object-store-directory-service.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";

/** Empty services that keep nothing after the process ends. */
export function openMemoryCastore(): CastoreServices {
  return {
    blobs: createObjectStoreBlobService(createMemoryObjectStore()),
    directories: createObjectStoreDirectoryService(createMemoryObjectStore()),
  };
}
