import { getHeapStatistics } from "node:v8";
import type { LimitWatch, ReachedLimit } from "@tvix-mesh/eval";

/** Of what one evaluation may take, the part that may be in use after a collection: beyond it there would soon be another. */
const usablePart = 0.9;

export interface ThreadWatchOptions {
  /** Not 0 as soon as the evaluation is to end. */
  readonly interruption: Int32Array;
  readonly maxHeapBytes: number;
  /** Frees what is garbage, at once. Without it one can't tell garbage from what is in use. */
  readonly collectGarbage: (() => void) | undefined;
}

/** Ends evaluations that are interrupted, or that need more memory than they may. */
export function createThreadWatch({ interruption, maxHeapBytes, collectGarbage }: ThreadWatchOptions): LimitWatch {
  const outOfMemory: ReachedLimit = {
    kind: "memory-limit",
    message: `Cannot evaluate: it needs more than ${Math.round(maxHeapBytes / 2 ** 20)} MiB of memory`,
  };
  const usedBytes = () => getHeapStatistics().used_heap_size;
  return {
    reached(neededBytes) {
      if (Atomics.load(interruption, 0) !== 0)
        return { kind: "time-limit", message: "Cannot evaluate: it was interrupted" };
      if (neededBytes > maxHeapBytes) return outOfMemory;
      if (collectGarbage === undefined || usedBytes() + neededBytes <= maxHeapBytes) return undefined;
      collectGarbage();
      return usedBytes() + neededBytes > maxHeapBytes * usablePart ? outOfMemory : undefined;
    },
  };
}
