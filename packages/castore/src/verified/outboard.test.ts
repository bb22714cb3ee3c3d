import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import type { Span } from "../blob-service/blob-range.ts";
import type { BlobReader } from "../blob-service/blob-service.ts";
import { Outboard } from "./outboard.ts";
import { OutboardBuilder } from "./outboard-builder.ts";
import { createVerifiedReader } from "./verified-reader.ts";

/** bao's published vectors: length of the input, its BLAKE3, BLAKE3 of its outboard in groups of 1 KiB. */
const baoVectors: readonly (readonly [number, string, string])[] = [
  [
    0,
    "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    "71e0a99173564931c0b8acc52d2685a8e39c64dc52e3d02390fdac2a12b155cb",
  ],
  [
    1,
    "48fc721fbbc172e0925fa27af1671de225ba927134802998b10a1568a188652b",
    "1a0d12016999e47689dae5744d2b8c1903faf7ca2886a658150083100ef2c8ee",
  ],
  [
    1023,
    "15f8c1ae1049fe7e837186612c8ce732e66835841a4569b71e4ac3e3d3411b90",
    "044eb61340254eec36c5e66bf8fed9275fef9ad1894f8ae55221a98d5e25e255",
  ],
  [
    1024,
    "f749c19181983b839cd97fe121cebaf076bc951e8c8e6d64accfedad5951ec22",
    "d27e778a2b838caf6be23c7528e6f1f7beb6bff048f9cf9a8fdb2767c74215b3",
  ],
  [
    1025,
    "3613596275c4ea790774dedf20835b2daf86cacc892feef6ce720c121572f1f9",
    "025f630e00fbdcc023b970c9f1f21016c56c0a34e384e712c66428bf1c7999b9",
  ],
  [
    2047,
    "89cc9b9cf2a83f03b22983c8bd7f2df392f5c1966f0e221db9ab396f7043c4d7",
    "f281b8a95b6c5eaea8e86732d24c88aa407df10295709e419772d615028b40a0",
  ],
  [
    2048,
    "fed8b40d6095dc7c5061f9cd832fd192337473bd392bf6f6bbaf1261ea78f8fa",
    "55546b68936932ac03d2a01de41517c287ddd68b79715ef892a636dc38292a90",
  ],
  [
    2049,
    "64770fa15a4bbe7770654c4ac68ed4f0e975ad6c85b5edb4d3db3b4b604e084e",
    "f2afc0716690e8513d8697e3e75f5c3532d51e0c704416e7fb0bbf7c0abfb57e",
  ],
  [
    3071,
    "3bf36194161a10a32843a84568d0ce0a524b3bc6182abc492ddaaa3dae785279",
    "2dba3a5aa0e356e279760280e147245429d6360581b0eb5c7e0b9c265d915b2c",
  ],
  [
    3072,
    "9748169f2aa70258d18cef6dc6b4b4511265e268e85f73dcbea6e34ab0341da1",
    "4dd51a45418589b1d12a183f80e3e3ba39b200094287c6e07f489def70a42e48",
  ],
  [
    3073,
    "5ba075072daba2470558a171e3769fba057dc3f12375c60892bdbe73348d9fd1",
    "fa89135a2c00ff1a073321ed79fd17b9fdd53c2d2549236cd8d796232a89dc83",
  ],
  [
    11264,
    "69fa39c8ab837dbb9e419c66a3ab7014ce9f86dba55935936b4c38cfcbc4d5f6",
    "651f08a23902499142f6a28fadb99a8cba2bc32fbefe5237fd3a9cb5edec70da",
  ],
  [
    13312,
    "3e88d1dd20f426640077dcf82d6d4e18ee0062aa72f8ae547a0e65fcd36a0f06",
    "ad01dbb6b7d0fefd1f8e52783d6212856546f382b815a7c370377bc79e0bd41a",
  ],
];

/** The input of bao's vectors: a counter from one, in four bytes, little-endian. */
function baoInput(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4)).map((_word, index) => index + 1);
  return new Uint8Array(words.buffer, 0, length);
}

function build(data: Uint8Array, groupBytes?: number, pieceBytes = data.length || 1) {
  const builder = new OutboardBuilder(groupBytes);
  for (let at = 0; at < data.length; at += pieceBytes) builder.update(data.subarray(at, at + pieceBytes));
  return builder.finish();
}

const KiB = 1024;
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

describe("OutboardBuilder", () => {
  it.each(baoVectors)("makes bao's outboard of %i bytes", (length, hash, outboardHash) => {
    const { digest, encoded } = build(baoInput(length), KiB);
    expect(digest.hex).toBe(hash);
    expect(hashB3(encoded).hex).toBe(outboardHash);
  });

  it("answers the digest whatever the groups and the pieces are", () => {
    for (const length of [0, 1, KiB, KiB + 1, 16 * KiB, 16 * KiB + 1, 100_000, 1_000_000])
      for (const groupBytes of [KiB, 4 * KiB, 16 * KiB, 1024 * KiB])
        for (const pieceBytes of [777, 16 * KiB, 5_000_000]) {
          const data = random(length);
          const { digest, encoded } = build(data, groupBytes, pieceBytes);
          expect(digest.hex, `${length} ${groupBytes} ${pieceBytes}`).toBe(hashB3(data).hex);
          const outboard = Outboard.parse(digest, encoded);
          expect(outboard.sizeBytes).toBe(length);
          expect(Math.ceil(length / outboard.groupBytes)).toBe(Math.ceil(length / groupBytes));
        }
  });

  it("keeps no more than one 250th of the blob", () => {
    expect(build(random(3_000_000)).encoded.length).toBeLessThan(3_000_000 / 250);
  });

  it.each([0, 512, 3000, 2 ** 21])("refuses groups of %i bytes", (groupBytes) => {
    expect(() => new OutboardBuilder(groupBytes)).toThrow(RangeError);
  });
});

const data = random(700_000);
const { digest, encoded } = build(data);
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] as number) ^ (1 << (at % 8)));

describe("Outboard.parse()", () => {
  it("refuses one with any bit of a node flipped, and any that is cut or grown", () => {
    for (let at = 8; at < encoded.length; at += 1)
      expect(() => Outboard.parse(digest, flip(encoded, at)), String(at)).toThrow("does not belong to it");
    for (const wrong of [encoded.subarray(0, -64), encoded.subarray(0, -1), new Uint8Array(), encoded.subarray(1)])
      expect(() => Outboard.parse(digest, wrong)).toThrow("does not belong to it");
    expect(() => Outboard.parse(digest, new Uint8Array(Buffer.concat([encoded, random(64)])))).toThrow(
      "does not belong",
    );
  });

  it("refuses two nodes exchanged", () => {
    const swapped = encoded.slice();
    swapped.copyWithin(8 + 64, 8 + 128, 8 + 192);
    swapped.set(encoded.subarray(8 + 64, 8 + 128), 8 + 128);
    expect(() => Outboard.parse(digest, swapped)).toThrow("does not belong to it");
  });
});

type Fetch = (span: Span) => AsyncIterable<Uint8Array>;

function fetchFrom(bytes: Uint8Array, pieceBytes = 10_000): Fetch {
  return async function* ({ start, end }) {
    for (let at = start; at < end; at += pieceBytes) yield bytes.subarray(at, Math.min(at + pieceBytes, end));
  };
}

function readerOf(fetch: Fetch, proof = encoded): BlobReader {
  return createVerifiedReader({ outboard: Outboard.parse(digest, proof), fetch });
}

async function readAll(reader: BlobReader, offset = 0, length = data.length - offset): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await Array.fromAsync(reader.read({ offset, length }))));
}

describe("createVerifiedReader()", () => {
  it("reads any range", async () => {
    for (const pieceBytes of [1000, 16 * KiB, 900_000])
      for (const [start, end] of [
        [0, 700_000],
        [0, 1],
        [16_383, 16_385],
        [699_999, 700_000],
        [1, 699_999],
        [5, 5],
        [300_000, 600_000],
      ] as const) {
        const read = await readAll(readerOf(fetchFrom(data, pieceBytes)), start, end - start);
        expect(Buffer.compare(read, data.subarray(start, end)), `${pieceBytes} ${start} ${end}`).toBe(0);
      }
  });

  it("hands out only right bytes of what was corrupted at random, and stops at the first wrong group", async () => {
    for (let round = 0; round < 300; round += 1) {
      const at = Math.floor(Math.random() * data.length);
      const start = Math.floor(Math.random() * at);
      const reader = readerOf(fetchFrom(flip(data, at)));
      let received = start;
      const reading = (async () => {
        for await (const piece of reader.read({ offset: start })) {
          expect(Buffer.compare(piece, data.subarray(received, received + piece.length))).toBe(0);
          received += piece.length;
        }
      })();
      await expect(reading, `${start} ${at}`).rejects.toMatchObject({ code: "data-loss" });
      expect(received).toBeLessThanOrEqual(at);
    }
  });

  it.each<[string, Fetch]>([
    ["nothing", fetchFrom(new Uint8Array())],
    ["a byte too few", ({ start, end }) => fetchFrom(data)({ start, end: end - 1 })],
    ["a byte too many", ({ start, end }) => fetchFrom(random(800_000))({ start, end: end + 1 })],
    ["groups exchanged", ({ start, end }) => fetchFrom(data)({ start: start === 0 ? 16_384 : 0, end: end - start })],
  ])("refuses %s", async (_what, fetch) => {
    await expect(readAll(readerOf(fetch))).rejects.toMatchObject({ code: "data-loss" });
    await expect(readAll(readerOf(fetch), 20_000, 100)).rejects.toMatchObject({ code: "data-loss" });
  });

  it.each([1, -1, 100, 4000])("notices a size that is wrong by %i before it hands out a byte", async (by) => {
    const proof = encoded.slice();
    new DataView(proof.buffer).setBigUint64(0, BigInt(data.length + by), true);
    const longer = new Uint8Array(Buffer.concat([data, new Uint8Array(4000)]));
    const reader = readerOf(fetchFrom(longer), proof);
    const pieces: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of reader.read({ offset: 0, length: 10 })) pieces.push(piece);
    })();
    await expect(reading).rejects.toMatchObject({ code: "data-loss" });
    expect(pieces).toEqual([]);
  });
});
