import { createMemoryObjectStore } from "@tvix-mesh/castore";
import { openMemoryCastore } from "@tvix-mesh/castore/testing/memory-castore";
import { createNarCalculationService } from "../nar/calculate-nar.ts";
import { createObjectStorePathInfoService } from "../path-info-service/object-store-path-info-service.ts";
import type { StoreServices } from "../store-services.ts";

/** An empty store that keeps nothing after the process ends. */
export function openMemoryStore(): StoreServices {
  const castore = openMemoryCastore();
  return {
    ...castore,
    pathInfos: createObjectStorePathInfoService(createMemoryObjectStore()),
    narCalculation: createNarCalculationService(castore),
  };
}
