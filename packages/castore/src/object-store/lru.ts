import type { CallOptions } from "@tvix-mesh/service";
import { LRUCache } from "lru-cache";
import type { ObjectStore } from "./object-store.ts";

export interface LruObjectStoreOptions {
  /** In the unit of `weigh`. */
  readonly capacity: number;
  /** What an object counts; 1 by default. */
  readonly weigh?: (value: Uint8Array) => number;
}

/** Keeps objects in memory, and forgets the least recently used when it is full. */
export function createLruObjectStore({ capacity, weigh = () => 1 }: LruObjectStoreOptions): ObjectStore {
  const objects = new LRUCache<string, Uint8Array>({ maxSize: capacity, sizeCalculation: (value) => weigh(value) });
  const check = (options?: CallOptions): void => options?.signal?.throwIfAborted();
  return {
    async get(key, options) {
      check(options);
      const value = objects.get(key);
      return value && new Uint8Array(value);
    },
    async has(key, options) {
      check(options);
      return objects.has(key, { updateAgeOnHas: true });
    },
    async put(key, value, options) {
      check(options);
      objects.set(key, new Uint8Array(value));
    },
    async delete(key, options) {
      check(options);
      objects.delete(key);
    },
    async *list(prefix, options) {
      check(options);
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    async [Symbol.asyncDispose]() {
      objects.clear();
    },
  };
}
