import { createLruObjectStore } from "@tvix-mesh/castore";
import { createObjectStorePathInfoService } from "./object-store-path-info-service.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** Keeps the path infos used last, `capacity` of them, in memory. */
export function createLruPathInfoService(capacity: number): PathInfoService & AsyncDisposable {
  return createObjectStorePathInfoService(createLruObjectStore({ capacity }));
}
