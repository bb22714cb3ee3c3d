const maxKeptHeapMb = 768;

/** How much of the heap values may take that are kept between evaluations: half of it, and never very much. */
export function keptHeapBytes(maxHeapBytes: number): number {
  return Math.min(maxKeptHeapMb * 2 ** 20, maxHeapBytes / 2);
}

/** What a process takes that has evaluated much, besides the values that it keeps. */
const ordinaryBytes = 512 * 2 ** 20;

/** What an idle evaluating process takes at most; a larger one has kept what it needed only once. */
export function idleProcessBytes(maxHeapBytes: number): number {
  return ordinaryBytes + 1.5 * keptHeapBytes(maxHeapBytes);
}
