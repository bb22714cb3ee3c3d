import { randomBytes } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compressChunk, decompressChunk } from "./chunk-codec.ts";

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const compressed = async (chunk: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(Buffer.concat(await compressChunk(chunk)));

describe("compressChunk()", () => {
  it.each([0, 1, 200, 4096, 20_000, 131_072, 131_073, 524_288, 3_000_001])(
    "makes zstd that anyone unpacks, of %i bytes random or not",
    async (length) => {
      for (const chunk of [random(length), new Uint8Array(length), new Uint8Array(Buffer.alloc(length, "a text. "))]) {
        const packed = await compressed(chunk);
        expect(same(zstdDecompressSync(packed), chunk)).toBe(true);
        expect(same(await decompressChunk(packed), chunk)).toBe(true);
        expect(packed.length).toBeLessThanOrEqual(length + 32 + (length >> 8));
      }
    },
  );

  it("packs what can be packed", async () => {
    const text = new Uint8Array(
      Buffer.from(random(100_000))
        .toString("hex")
        .split("")
        .map((digit) => digit.charCodeAt(0)),
    );
    expect((await compressed(text)).length).toBeLessThan(text.length * 0.6);
  });
});

describe("decompressChunk()", () => {
  it("unpacks what others have packed", async () => {
    for (const length of [0, 100, 300, 70_000, 600_000])
      for (const options of [{}, { pledgedSrcSize: length }]) {
        const chunk = new Uint8Array(Buffer.alloc(length, "something or other "));
        expect(same(await decompressChunk(zstdCompressSync(chunk, options)), chunk)).toBe(true);
      }
  });

  it("refuses any damage to the frame of a random chunk, or gives other bytes", async () => {
    const chunk = random(200_000);
    const packed = await compressed(chunk);
    expect(same(await decompressChunk(packed.slice()), chunk)).toBe(true);
    for (const at of [0, 4, 5, 8, 9, 10, 11, 131_080, 131_083, 131_084, packed.length - 1]) {
      const outcome = await decompressChunk(packed.with(at, (packed[at] as number) ^ 1)).catch(() => undefined);
      expect(outcome === undefined || !same(outcome, chunk)).toBe(true);
    }
    await expect(decompressChunk(packed.subarray(0, -1))).rejects.toThrow();
    await expect(decompressChunk(packed.subarray(0, 5))).rejects.toThrow();
  });
});
