import type { CallOptions } from "@tvix-mesh/service";
import type { ObjectStore } from "./object-store.ts";

/** Keeps objects for as long as the process runs. */
export function createMemoryObjectStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>();
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
