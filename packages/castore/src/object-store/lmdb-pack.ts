import { promisify } from "node:util";
import { zstdCompress, zstdCompressSync, zstdDecompressSync } from "node:zlib";

const compress = promisify(zstdCompress);

/** zlib makes buffers of this size for what it unpacks. */
const usualBytes = 128 * 1024;

/** An object that is to be packed with others. */
export interface Packable {
  /** By which the object's record is found again. */
  readonly abbreviation: Buffer;
  readonly value: Uint8Array;
}

/** An object in a pack, by where its bytes are once the pack is unpacked. */
export interface Packed {
  readonly abbreviation: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Several objects, unpacked: how many there are, of each the length of its abbreviated key, of its value and that
 * key, then all values. Lengths have four bytes, little end first.
 */
function layOut(objects: readonly Packable[]): Buffer {
  const heads = objects.map(({ abbreviation, value }) => {
    const head = Buffer.alloc(8 + abbreviation.length);
    head.writeUInt32LE(abbreviation.length, 0);
    head.writeUInt32LE(value.length, 4);
    head.set(abbreviation, 8);
    return head;
  });
  const count = Buffer.alloc(4);
  count.writeUInt32LE(objects.length);
  return Buffer.concat([count, ...heads, ...objects.map(({ value }) => value)]);
}

/** Where the first value begins. */
export function startOfValues(objects: readonly Packable[]): number {
  return objects.reduce((sum, { abbreviation }) => sum + 8 + abbreviation.length, 4);
}

/** zstd over several objects at once: most small ones have much in common. */
export function pack(objects: readonly Packable[]): Promise<Uint8Array> {
  const laidOut = layOut(objects);
  return compress(laidOut, { pledgedSrcSize: laidOut.length });
}

/** As `pack`, where nothing may be waited for. */
export function packAtOnce(objects: readonly Packable[]): Uint8Array {
  const laidOut = layOut(objects);
  return zstdCompressSync(laidOut, { pledgedSrcSize: laidOut.length });
}

/** The bytes that `entriesOf` refers to. Throws if it is damaged in a way that shows. */
export function unpack(packed: Uint8Array, largestBytes: number): Buffer {
  return zstdDecompressSync(packed, { maxOutputLength: largestBytes, chunkSize: usualBytes });
}

/** What is in an unpacked pack, in the order of packing. */
export function entriesOf(unpacked: Buffer): readonly Packed[] {
  const heads: { readonly abbreviation: Buffer; readonly length: number }[] = [];
  let at = 4;
  for (let left = unpacked.readUInt32LE(0); left > 0; left -= 1) {
    const keyLength = unpacked.readUInt32LE(at);
    const length = unpacked.readUInt32LE(at + 4);
    if (at + 8 + keyLength > unpacked.length) throw new RangeError("a pack's table is damaged");
    heads.push({ abbreviation: unpacked.subarray(at + 8, at + 8 + keyLength), length });
    at += 8 + keyLength;
  }
  return heads.map(({ abbreviation, length }) => {
    at += length;
    return { abbreviation, start: at - length, end: at };
  });
}
