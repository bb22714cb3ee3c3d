import { ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { Span } from "../blob-service/blob-range.ts";
import { groupValue, largestGroupBytes, leftGroups, parentValue, treeChunkBytes, valueBytes } from "./b3-tree.ts";

const sizeBytesLength = 8;
const headerBytes = sizeBytesLength + 4;
const pairBytes = 2 * valueBytes;

/** What an outboard is cut from. */
export interface OutboardPairs {
  readonly sizeBytes: number;
  readonly groupBytes: number;
  /** As they lie in an encoded outboard. */
  readonly pairs: Uint8Array;
}

/** Groups by number, `end` not among them. */
interface Groups {
  readonly start: number;
  readonly end: number;
}

function groupCount(sizeBytes: number, groupBytes: number): number {
  return Math.max(Math.ceil(sizeBytes / groupBytes), 1);
}

/** The groups that hold some of the bytes; the last group if they lie beyond the end. */
function groupsOf(span: Span, sizeBytes: number, groupBytes: number): Groups {
  const count = groupCount(sizeBytes, groupBytes);
  const start = Math.min(Math.floor(span.start / groupBytes), count - 1);
  return { start, end: Math.min(Math.max(Math.ceil(span.end / groupBytes), start + 1), count) };
}

/** `span` widened to whole groups: what a slice for it proves. */
export function alignSpan(span: Span, sizeBytes: number, groupBytes: number): Span {
  const { start, end } = groupsOf(span, sizeBytes, groupBytes);
  return { start: start * groupBytes, end: Math.min(end * groupBytes, sizeBytes) };
}

/** What proves a part of a blob, without what proves the rest: a few hundred bytes for each group, whatever the size. */
export function sliceOutboard({ sizeBytes, groupBytes, pairs }: OutboardPairs, span: Span): Uint8Array {
  const wanted = groupsOf(span, sizeBytes, groupBytes);
  const taken: Uint8Array[] = [];
  const take = (below: Uint8Array, first: number, count: number): void => {
    if (count === 1 || first >= wanted.end || first + count <= wanted.start) return;
    taken.push(below.subarray(0, pairBytes));
    const left = leftGroups(count);
    take(below.subarray(pairBytes), first, left);
    take(below.subarray(left * pairBytes), first + left, count - left);
  };
  take(pairs, 0, groupCount(sizeBytes, groupBytes));
  const slice = new Uint8Array(headerBytes + taken.length * pairBytes);
  const header = new DataView(slice.buffer);
  header.setBigUint64(0, BigInt(sizeBytes), true);
  header.setUint32(sizeBytesLength, groupBytes, true);
  for (const [index, pair] of taken.entries()) slice.set(pair, headerBytes + index * pairBytes);
  return slice;
}

function isGroupSize(bytes: number): boolean {
  return bytes >= treeChunkBytes && bytes <= largestGroupBytes && Number.isInteger(Math.log2(bytes));
}

/** What proves the groups of a part of a blob from its digest alone. */
export class OutboardSlice {
  readonly #digest: B3Digest;
  /** Proven only once the last group is. */
  readonly sizeBytes: number;
  readonly groupBytes: number;
  /** What it proves, in bytes of the blob. */
  readonly span: Span;
  readonly #firstGroup: number;
  readonly #values: readonly Uint8Array[];

  private constructor(digest: B3Digest, sizeBytes: number, groupBytes: number, span: Span, values: Uint8Array[]) {
    this.#digest = digest;
    this.sizeBytes = sizeBytes;
    this.groupBytes = groupBytes;
    this.span = alignSpan(span, sizeBytes, groupBytes);
    this.#firstGroup = this.span.start / groupBytes;
    this.#values = values;
  }

  /** Checks every node. `data-loss` if it isn't what proves that part of a blob of that digest. */
  static parse(digest: B3Digest, encoded: Uint8Array, span: Span): OutboardSlice {
    const wrong = (): ServiceError =>
      new ServiceError("data-loss", `Cannot verify blob ${digest}: what should prove a part does not belong to it`);
    if (encoded.length < headerBytes || (encoded.length - headerBytes) % pairBytes !== 0) throw wrong();
    const header = new DataView(encoded.buffer, encoded.byteOffset, headerBytes);
    const sizeBytes = Number(header.getBigUint64(0, true));
    const groupBytes = header.getUint32(sizeBytesLength, true);
    if (!Number.isSafeInteger(sizeBytes) || !isGroupSize(groupBytes)) throw wrong();
    const groups = groupCount(sizeBytes, groupBytes);
    // More than any file system holds, and than `leftGroups` counts.
    if (groups > 2 ** 31) throw wrong();
    const wanted = groupsOf(span, sizeBytes, groupBytes);
    const values: Uint8Array[] = [];
    let at = headerBytes;
    const check = (first: number, count: number, expected: Uint8Array): void => {
      if (first >= wanted.end || first + count <= wanted.start) return;
      if (count === 1) {
        values.push(expected);
        return;
      }
      const pair = encoded.subarray(at, at + pairBytes);
      at += pairBytes;
      if (pair.length < pairBytes || Buffer.compare(parentValue(pair, count === groups), expected) !== 0) throw wrong();
      const left = leftGroups(count);
      check(first, left, pair.subarray(0, valueBytes));
      check(first + left, count - left, pair.subarray(valueBytes));
    };
    check(0, groups, digest.toBytes());
    if (at !== encoded.length) throw wrong();
    return new OutboardSlice(digest, sizeBytes, groupBytes, span, values);
  }

  /** `data-loss` unless `bytes` are what the blob has in `span`. */
  check(bytes: Uint8Array): void {
    const { start, end } = this.span;
    const isAlone = this.sizeBytes <= this.groupBytes;
    const isRight =
      bytes.length === end - start &&
      this.#values.every((value, index) => {
        const group = bytes.subarray(index * this.groupBytes, (index + 1) * this.groupBytes);
        const offset = (this.#firstGroup + index) * this.groupBytes;
        return Buffer.compare(groupValue(group, offset, isAlone), value) === 0;
      });
    if (!isRight)
      throw new ServiceError(
        "data-loss",
        `Cannot read blob ${this.#digest}: the bytes from ${start} on are not those of that digest`,
      );
  }
}
