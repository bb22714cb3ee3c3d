import { createMapObjectStore } from "./map-object-store.ts";
import type { ObjectStore } from "./object-store.ts";

/** Keeps objects for as long as the process runs. */
export function createMemoryObjectStore(): ObjectStore {
  return createMapObjectStore(new Map<string, Uint8Array>());
}
