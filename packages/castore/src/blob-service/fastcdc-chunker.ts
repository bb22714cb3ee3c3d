import { createHash } from "node:crypto";
import { ServiceError } from "@tvix-mesh/service";
import { dataAddress, loadWasm } from "../wasm/load-wasm.ts";
import type { Chunker } from "./chunker.ts";

/** What chunks may have on average. */
export const smallestAverageBytes = 1024;
export const largestAverageBytes = 4 * 1024 * 1024;

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

/** How much is copied into WebAssembly at a time. Even, as bytes are looked at in pairs. */
const stepBytes = 64 * 1024;

/** The gear hash's table: of each byte value, the start of the MD5 of 64 such bytes; and the same shifted by one bit. */
function gearTables(): BigUint64Array {
  const tables = new BigUint64Array(512);
  for (let value = 0; value < 256; value += 1) {
    const gear = createHash("md5").update(Buffer.alloc(64, value)).digest().readBigUInt64BE();
    tables[value] = gear;
    tables[256 + value] = gear << 1n;
  }
  return tables;
}

function maskOf(bits: number): bigint {
  const mask = masks.get(bits);
  if (mask === undefined) throw new RangeError(`Cannot cut chunks: no mask of ${bits} bits`);
  return BigInt(mask);
}

const wasm = loadWasm();
new BigUint64Array(wasm.memory.buffer).set(gearTables());
const stepData = new Uint8Array(wasm.memory.buffer, dataAddress, stepBytes);

/** Where in `data` the first byte from `start` on lies at which the hash has no bit of `mask`; `end` if none does. */
function seek(data: Uint8Array, start: number, end: number, mask: bigint): number {
  for (let from = start; from < end; from += stepBytes) {
    const length = Math.min(stepBytes, end - from);
    stepData.set(data.subarray(from, from + length));
    const found = wasm.seekCut(dataAddress, dataAddress + length, mask) - dataAddress;
    if (found < length) return from + found;
  }
  return end;
}

export interface FastCdcOptions {
  readonly smallestBytes: number;
  readonly averageBytes: number;
  readonly largestBytes: number;
}

/** What Tvix cuts with: 256 KiB on average, at least half, at most double of that. */
export const defaultChunking: FastCdcOptions = chunkingOf(256 * 1024);

/** FastCDC of 2020 with normalisation level 1. Cuts where the fastcdc crate's `v2020` does. */
export function createFastCdcChunker(options: FastCdcOptions = defaultChunking): Chunker {
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
      const start = even(smallestBytes);
      const centre = Math.max(even(Math.min(averageBytes, end)), start);
      wasm.beginCut();
      const cut = seek(data, start, centre, hard);
      if (cut < centre) return cut;
      const last = even(end);
      const laterCut = seek(data, centre, last, easy);
      return laterCut < last ? laterCut : end;
    },
  };
}

/** Chunks of `averageBytes` on average, at least half, at most double of that. `invalid-argument` if it can't be. */
export function chunkingOf(averageBytes: number): FastCdcOptions {
  const isPossible = averageBytes >= smallestAverageBytes && averageBytes <= largestAverageBytes;
  if (!isPossible || !Number.isInteger(Math.log2(averageBytes)))
    throw new ServiceError(
      "invalid-argument",
      `Cannot cut chunks of ${averageBytes} bytes on average: not a power of two from 1 KiB to 4 MiB`,
    );
  return { smallestBytes: averageBytes / 2, averageBytes, largestBytes: averageBytes * 2 };
}
