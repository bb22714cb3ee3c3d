import type { CallOptions } from "@tvix-mesh/service";
import type { ObjectStore } from "./object-store.ts";

/** A `Map`, or what forgets some of what it is given. */
export interface ObjectMap {
  get(key: string): Uint8Array | undefined;
  has(key: string): boolean;
  set(key: string, value: Uint8Array): unknown;
  delete(key: string): boolean;
  keys(): Iterable<string>;
  clear(): void;
}

/** Objects in memory. Who puts or gets one has bytes of their own. */
export function createMapObjectStore(objects: ObjectMap): ObjectStore {
  const check = (options?: CallOptions): void => options?.signal?.throwIfAborted();
  return {
    async get(key, options) {
      check(options);
      const value = objects.get(key);
      return value && new Uint8Array(value);
    },
    async has(key, options) {
      check(options);
      return objects.has(key);
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
