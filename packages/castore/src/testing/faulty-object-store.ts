import { ServiceError } from "@tvix-mesh/service";
import type { ObjectStore } from "../object-store/object-store.ts";

/** What is wrong with a disk, each at every so many-th call; never where it isn't given. */
export interface DiskFaults {
  /** A bit of what is read is changed, in the object itself, as by a disk that forgets. */
  readonly corruptsEvery?: number;
  /** What is read ends too soon, once. */
  readonly cutsShortEvery?: number;
  /** There is no room for what is put. */
  readonly isFullEvery?: number;
  /** Reading fails as where a cable is loose. */
  readonly failsEvery?: number;
}

/** Passes calls on to `inner`, except for what `faults` says. */
export function createFaultyObjectStore(inner: ObjectStore, faults: DiskFaults): ObjectStore {
  let reads = 0;
  let puts = 0;
  const strikes = (count: number, every: number | undefined): boolean => every !== undefined && count % every === 0;
  return {
    async get(key, options) {
      const value = await inner.get(key, options);
      if (!value || value.length === 0) return value;
      reads += 1;
      if (strikes(reads, faults.failsEvery)) throw new ServiceError("internal", `Cannot read object ${key}: EIO`);
      if (strikes(reads, faults.cutsShortEvery)) return value.subarray(0, value.length >> 1);
      if (!strikes(reads, faults.corruptsEvery)) return value;
      const at = reads % value.length;
      const corrupted = value.with(at, (value[at] as number) ^ 1);
      await inner.put(key, corrupted, options);
      return corrupted;
    },
    has: (key, options) => inner.has(key, options),
    async put(key, value, options) {
      puts += 1;
      if (strikes(puts, faults.isFullEvery))
        throw new ServiceError("resource-exhausted", `Cannot put object ${key}: No space left on device`);
      await inner.put(key, value, options);
    },
    delete: (key, options) => inner.delete(key, options),
    list: (prefix, options) => inner.list(prefix, options),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
