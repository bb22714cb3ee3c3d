const maxKeptHeapMb = 768;

/** How much of the heap values may take that are kept between evaluations: half of it, and never very much. */
export function keptHeapBytes(maxHeapBytes: number): number {
  return Math.min(maxKeptHeapMb * 2 ** 20, maxHeapBytes / 2);
}

/** What a process takes besides its values: Node.js, compiled code, the stack of an ordinary evaluation. */
const ordinaryBytes = 352 * 2 ** 20;

/** What an idle evaluating process with so large a heap takes at most; one that takes more needed it only once. */
export function idleProcessBytes(heapBytes: number): number {
  return ordinaryBytes + 1.5 * heapBytes;
}
