import { B3Digest } from "../b3-digest.ts";
import { groupValue, largestGroupBytes, leftGroups, parentValue, treeChunkBytes, valueBytes } from "./b3-tree.ts";

/** What an outboard tells of, if nothing else is asked for: 0.4 % of the blob's size. */
export const defaultGroupBytes = 16 * 1024;
const sizeBytes = 8;
const pairBytes = 2 * valueBytes;

/** A blob's digest, and its outboard in the encoding that `Outboard.parse` takes. */
export interface BuiltOutboard {
  readonly digest: B3Digest;
  readonly encoded: Uint8Array;
}

/** `RangeError` unless it is a power of two from 1 KiB to 1 MiB. */
function checkGroupBytes(groupBytes: number): void {
  const isPossible = groupBytes >= treeChunkBytes && groupBytes <= largestGroupBytes;
  if (!isPossible || !Number.isInteger(Math.log2(groupBytes)))
    throw new RangeError(`Cannot make an outboard of groups of ${groupBytes} bytes: not a power of two up to 1 MiB`);
}

/** Hashes a blob as it passes, and keeps of BLAKE3's tree what later proves a part of the blob. */
export class OutboardBuilder {
  readonly #groupBytes: number;
  readonly #group: Uint8Array;
  #filled = 0;
  #values = new Uint8Array(64 * valueBytes);
  #groups = 0;

  constructor(groupBytes: number = defaultGroupBytes) {
    checkGroupBytes(groupBytes);
    this.#groupBytes = groupBytes;
    this.#group = new Uint8Array(groupBytes);
  }

  update(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      // A full group waits for more: the only one of a blob is its root, which is hashed in another way.
      if (this.#filled === this.#groupBytes) {
        this.#add(this.#group);
        this.#filled = 0;
      }
      if (this.#filled === 0 && bytes.length - offset > this.#groupBytes) {
        this.#add(bytes.subarray(offset, offset + this.#groupBytes));
        offset += this.#groupBytes;
        continue;
      }
      const part = bytes.subarray(offset, offset + this.#groupBytes - this.#filled);
      this.#group.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
    }
  }

  #add(group: Uint8Array): void {
    if ((this.#groups + 1) * valueBytes > this.#values.length) {
      const values = new Uint8Array(2 * this.#values.length);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values.set(groupValue(group, this.#groups * this.#groupBytes, false), this.#groups * valueBytes);
    this.#groups += 1;
  }

  finish(): BuiltOutboard {
    const totalBytes = this.#groups * this.#groupBytes + this.#filled;
    const last = this.#group.subarray(0, this.#filled);
    const isAlone = this.#groups === 0;
    if (!isAlone) this.#add(last);
    const encoded = new Uint8Array(sizeBytes + Math.max(this.#groups - 1, 0) * pairBytes);
    new DataView(encoded.buffer).setBigUint64(0, BigInt(totalBytes), true);
    const root = isAlone ? groupValue(last, 0, true) : this.#node(encoded.subarray(sizeBytes), 0, this.#groups, true);
    return { digest: B3Digest.fromBytes(root), encoded };
  }

  /** Writes the pairs below the node over some groups into `pairs`, its own first; answers its value. */
  #node(pairs: Uint8Array, first: number, count: number, isRoot: boolean): Uint8Array {
    if (count === 1) return this.#values.subarray(first * valueBytes, (first + 1) * valueBytes);
    const left = leftGroups(count);
    pairs.set(this.#node(pairs.subarray(pairBytes), first, left, false), 0);
    pairs.set(this.#node(pairs.subarray(left * pairBytes), first + left, count - left, false), valueBytes);
    return parentValue(pairs.subarray(0, pairBytes), isRoot);
  }
}
