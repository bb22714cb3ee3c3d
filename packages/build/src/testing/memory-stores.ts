import {
  type CastoreServices,
  createMemoryObjectStore,
  createObjectStoreBlobService,
  createObjectStoreDirectoryService,
} from "@tvix-mesh/castore";

/** Empty stores that keep nothing after the process ends. */
export function openMemoryStores(): CastoreServices {
  return {
    blobs: createObjectStoreBlobService(createMemoryObjectStore()),
    directories: createObjectStoreDirectoryService(createMemoryObjectStore()),
  };
}
