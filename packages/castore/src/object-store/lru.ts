import { LRUCache } from "lru-cache";
import { createMapObjectStore } from "./map-object-store.ts";
import type { ObjectStore } from "./object-store.ts";

export interface LruObjectStoreOptions {
  /** In the unit of `weigh`. */
  readonly capacity: number;
  /** What an object counts; 1 by default. */
  readonly weigh?: (value: Uint8Array) => number;
}

/** Keeps objects in memory, and forgets the least recently used when it is full. */
export function createLruObjectStore({ capacity, weigh = () => 1 }: LruObjectStoreOptions): ObjectStore {
  return createMapObjectStore(
    new LRUCache<string, Uint8Array>({ maxSize: capacity, sizeCalculation: (value) => weigh(value) }),
  );
}
