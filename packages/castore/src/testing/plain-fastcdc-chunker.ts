import { createHash } from "node:crypto";
import type { Chunker } from "../blob-service/chunker.ts";
import type { FastCdcOptions } from "../blob-service/fastcdc-chunker.ts";

/**
 * By the number of one bits wanted: which bits of the 48-bit hash must be zero at a cut. From the authors' reference
 * implementation of FastCDC, with the extension to larger chunks that the fastcdc crate has.
 */
const masks: ReadonlyMap<number, number> = new Map([
  [7, 0x18035100],
  [8, 0x1800035300],
  [9, 0x19000353000],
  [10, 0x590003530000],
  [11, 0xd90003530000],
  [12, 0xd90103530000],
  [13, 0xd90303530000],
  [14, 0xd90313530000],
  [15, 0xd90f03530000],
  [16, 0xd90303537000],
  [17, 0xd90703537000],
  [18, 0xd90707537000],
  [19, 0xd91707537000],
  [20, 0xd91747537000],
  [21, 0xd91767537000],
  [22, 0xd93767537000],
  [23, 0xd93777537000],
]);

const limbBits = 24;
const limbMask = 0xff_ffff;

/** A 48-bit number in two halves, each of which leaves room for a sum of three in 32 bits. */
interface Limbs {
  readonly high: number;
  readonly low: number;
}

function maskOf(bits: number): Limbs {
  const mask = masks.get(bits);
  if (mask === undefined) throw new RangeError(`Cannot cut chunks: no mask of ${bits} bits`);
  return { high: Math.floor(mask / 2 ** limbBits), low: mask % 2 ** limbBits };
}

/** The gear hash's table: of each byte value, the start of the MD5 of 64 such bytes. Only the low 48 bits matter. */
function gearTable(): { readonly high: Int32Array; readonly low: Int32Array } {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let value = 0; value < 256; value += 1) {
    const digest = createHash("md5").update(Buffer.alloc(64, value)).digest();
    high[value] = digest.readUIntBE(2, 3);
    low[value] = digest.readUIntBE(5, 3);
  }
  return { high, low };
}

const gear = gearTable();

/** The same cuts in plain arithmetic, a byte at a time and slow. For tests to compare with. */
export function createPlainFastCdcChunker(options: FastCdcOptions): Chunker {
  const { smallestBytes, averageBytes, largestBytes } = options;
  const bits = Math.round(Math.log2(averageBytes));
  const hard = maskOf(bits + 1);
  const easy = maskOf(bits - 1);
  // The published algorithm looks at bytes in pairs, so an odd byte at the end of a stretch is left out.
  const even = (length: number): number => length - (length % 2);
  return {
    largestBytes,
    cut(data) {
      if (data.length <= smallestBytes) return data.length;
      const end = Math.min(data.length, largestBytes);
      const centre = even(Math.min(averageBytes, end));
      const last = even(end);
      let { high: maskHigh, low: maskLow } = hard;
      let high = 0;
      let low = 0;
      for (let at = even(smallestBytes); at < last; at += 1) {
        if (at === centre) ({ high: maskHigh, low: maskLow } = easy);
        const byte = data[at]!;
        const sum = (low << 1) + gear.low[byte]!;
        low = sum & limbMask;
        high = ((high << 1) + gear.high[byte]! + (sum >>> limbBits)) & limbMask;
        if (((low & maskLow) | (high & maskHigh)) === 0) return at;
      }
      return end;
    },
  };
}
