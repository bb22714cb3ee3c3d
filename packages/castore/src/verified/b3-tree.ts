import { dataAddress, dataBytes, loadWasm } from "../wasm/load-wasm.ts";

/** BLAKE3's own chunks, the leaves of its tree. */
export const treeChunkBytes = 1024;
/** No group is larger: one is taken at once. */
export const largestGroupBytes = dataBytes;
export const valueBytes = 32;

const wasm = loadWasm();
const data = new Uint8Array(wasm.memory.buffer, dataAddress, dataBytes);
const values = new Uint8Array(wasm.memory.buffer, dataAddress, 2 * valueBytes);

/** The chaining value of a group of the tree's chunks, the first byte of which is at `offset` of the blob. */
export function groupValue(group: Uint8Array, offset: number, isRoot: boolean): Uint8Array {
  data.set(group);
  wasm.subtreeValue(dataAddress, group.length, BigInt(offset / treeChunkBytes), isRoot, dataAddress);
  return values.slice(0, valueBytes);
}

/** The chaining value of the node over a pair of values. */
export function parentValue(pair: Uint8Array, isRoot: boolean): Uint8Array {
  values.set(pair);
  wasm.parentValue(dataAddress, isRoot, dataAddress);
  return values.slice(0, valueBytes);
}

/** How many of `count` groups lie left below the node over them: the largest power of two that leaves some. */
export function leftGroups(count: number): number {
  return 2 ** (31 - Math.clz32(count - 1));
}
