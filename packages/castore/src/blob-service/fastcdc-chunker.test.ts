import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createPlainFastCdcChunker } from "../testing/plain-fastcdc-chunker.ts";
import type { Chunker } from "./chunker.ts";
import { chunkingOf, createFastCdcChunker } from "./fastcdc-chunker.ts";

/** A picture of 1781, in the public domain, whose cuts the fastcdc crate publishes for `v2020`. */
const picture = new Uint8Array(await readFile(new URL("fixtures/SekienAkashita.jpg", import.meta.url)));

function lengths(data: Uint8Array, sizes: readonly [number, number, number]): number[] {
  const [smallestBytes, averageBytes, largestBytes] = sizes;
  const chunker = createFastCdcChunker({ smallestBytes, averageBytes, largestBytes });
  const result: number[] = [];
  for (let offset = 0; offset < data.length; offset += result.at(-1) as number)
    result.push(chunker.cut(data.subarray(offset, offset + largestBytes)));
  return result;
}

describe("createFastCdcChunker()", () => {
  it.each([
    [
      [4096, 16384, 65535],
      [21325, 17140, 28084, 18217, 24700],
    ],
    [
      [8192, 32768, 131072],
      [66549, 42917],
    ],
    [[16384, 65536, 262144], [109466]],
  ] as const)("cuts at the published points with sizes %j", (sizes, expected) => {
    expect(lengths(picture, sizes)).toEqual(expected);
  });

  it("cuts zeros at the largest size", () => {
    expect(lengths(new Uint8Array(10240), [64, 256, 1024])).toEqual(Array(10).fill(1024));
  });

  it("leaves data of the smallest size or less whole", () => {
    const chunker = createFastCdcChunker();
    expect(chunker.cut(new Uint8Array(0))).toBe(0);
    expect(chunker.cut(new Uint8Array(1))).toBe(1);
    expect(chunker.cut(new Uint8Array(128 * 1024))).toBe(128 * 1024);
  });

  it("finds the old cuts again behind an insertion", () => {
    const sizes = [256, 1024, 4096] as const;
    const before = new Set(cuts(picture, sizes).map((cut) => picture.length - cut));
    const changed = new Uint8Array(picture.length + 3);
    changed.set(picture, 3);
    const after = cuts(changed, sizes).map((cut) => changed.length - cut);
    expect(after.filter((cut) => before.has(cut)).length).toBeGreaterThan(after.length * 0.9);
  });
});

describe("chunkingOf()", () => {
  it.each([1024, 65_536, 1024 * 1024])(
    "makes chunks of %i bytes on average as plain arithmetic does",
    (averageBytes) => {
      for (let round = 0; round < 6; round += 1) {
        const data = new Uint8Array(randomBytes(Math.floor((averageBytes * (3 + round)) / 1.3) + round));
        // Little variety makes many cuts, and many places without any.
        if (round % 2 === 1)
          for (let index = 0; index < data.length; index += 1) data[index] = (data[index] as number) & 3;
        for (const options of [
          chunkingOf(averageBytes),
          { smallestBytes: averageBytes / 4 + 1, averageBytes: averageBytes + 3, largestBytes: averageBytes * 3 + 1 },
        ])
          expect(cutAll(createFastCdcChunker(options), data)).toEqual(cutAll(createPlainFastCdcChunker(options), data));
      }
    },
  );

  it.each([1000, 512, 3 * 65_536, 2 ** 23])("refuses an average of %i bytes", (averageBytes) => {
    expect(() => chunkingOf(averageBytes)).toThrow("not a power of two from 1 KiB to 4 MiB");
  });
});

function cutAll(chunker: Chunker, data: Uint8Array): readonly number[] {
  const result: number[] = [];
  for (let offset = 0; offset < data.length; offset += result.at(-1) as number)
    result.push(chunker.cut(data.subarray(offset, offset + chunker.largestBytes)));
  return result;
}

function cuts(data: Uint8Array, sizes: readonly [number, number, number]): number[] {
  let offset = 0;
  return lengths(data, sizes).map((length) => {
    offset += length;
    return offset;
  });
}
