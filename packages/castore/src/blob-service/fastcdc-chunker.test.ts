import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createFastCdcChunker } from "./fastcdc-chunker.ts";

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

function cuts(data: Uint8Array, sizes: readonly [number, number, number]): number[] {
  let offset = 0;
  return lengths(data, sizes).map((length) => {
    offset += length;
    return offset;
  });
}
