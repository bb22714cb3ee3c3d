import {
  type CastoreServices,
  createMemoryObjectStore,
  createObjectStoreBlobService,
  createObjectStoreDirectoryService,
} from "@tvix-mesh/castore";
import { createNarCalculationService } from "../nar/calculate-nar.ts";
import { createObjectStorePathInfoService } from "../path-info-service/object-store-path-info-service.ts";
import type { StoreServices } from "../store-services.ts";

export function openMemoryCastore(): CastoreServices {
  return {
    blobs: createObjectStoreBlobService(createMemoryObjectStore()),
    directories: createObjectStoreDirectoryService(createMemoryObjectStore()),
  };
}

export function openMemoryStore(): StoreServices {
  const castore = openMemoryCastore();
  return {
    ...castore,
    pathInfos: createObjectStorePathInfoService(createMemoryObjectStore()),
    narCalculation: createNarCalculationService(castore),
  };
}
