import { describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import type { BlobReader, BlobService } from "../blob-service/blob-service.ts";
import type { FileNode } from "../node.ts";
import { BlobWindows } from "./blob-windows.ts";

const mib = 1024 * 1024;

/** What the blob holds from `offset` on: numbers that tell the place. */
function contents(offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = Math.floor((offset + index) / 1000) % 251;
  return bytes;
}

/** A blob larger than memory, made up as it is read, and how much of it was. */
class EndlessBlob {
  readonly node: FileNode;
  handedOutBytes = 0;
  readonly #sizeBytes: number;
  fails = false;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.node = { kind: "file", digest: hashB3(contents(0, 10)), size: BigInt(sizeBytes), executable: false };
  }

  readonly #reader = (): BlobReader => {
    const blob = this;
    return {
      sizeBytes: this.#sizeBytes,
      async *read({ offset, length = blob.#sizeBytes - offset } = { offset: 0 }, options) {
        // Of no particular length, so that nothing comes out even.
        for (let at = offset; at < offset + length; at += 70_001) {
          options?.signal?.throwIfAborted();
          if (blob.fails) throw new Error("Cannot read: it was unplugged");
          const piece = contents(at, Math.min(70_001, offset + length - at));
          blob.handedOutBytes += piece.length;
          yield piece;
        }
      },
    };
  };

  windows(): BlobWindows {
    const openRead = async () => this.#reader();
    return new BlobWindows({ openRead } as Partial<BlobService> as BlobService, {});
  }
}

async function read(windows: BlobWindows, { node }: EndlessBlob, offset: number, length: number): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await windows.read(node, offset, length)));
}

describe("BlobWindows", () => {
  it("reads anywhere in a blob of more than 4 GiB, and up to its end", async () => {
    const blob = new EndlessBlob(6 * 1024 * mib + 7);
    const windows = blob.windows();
    for (const offset of [0, 123, 4 * 1024 * mib - 5, 5 * 1024 * mib + 1])
      expect(Buffer.compare(await read(windows, blob, offset, 5000), contents(offset, 5000))).toBe(0);
    const end = 6 * 1024 * mib;
    expect(Buffer.compare(await read(windows, blob, end, mib), contents(end, 7))).toBe(0);
    expect(await read(windows, blob, end + 7, 10)).toHaveLength(0);
  });

  it("reads no more than a block for each place that is asked for", async () => {
    const blob = new EndlessBlob(1024 * mib);
    const windows = blob.windows();
    for (let index = 0; index < 10; index += 1) await read(windows, blob, (10 + 90 * index) * mib, 4096);
    expect(blob.handedOutBytes).toBe(10 * 256 * 1024);
  });

  it("reads nothing twice that is read in a row, by several at once and out of order", async () => {
    const blob = new EndlessBlob(20 * mib);
    const windows = blob.windows();
    const step = 128 * 1024;
    for (let offset = 0; offset < 20 * mib; offset += 4 * step) {
      const places = [1, 0, 3, 2].map((index) => offset + index * step);
      const parts = await Promise.all(places.map((place) => read(windows, blob, place, step)));
      for (const [index, part] of parts.entries())
        expect(Buffer.compare(part, contents(places[index] ?? 0, step))).toBe(0);
    }
    // The first read isn't known yet to be the first of many.
    expect(blob.handedOutBytes).toBeLessThanOrEqual(21 * mib);
  });

  it("fails for those who read while the blob can't be, and not afterwards", async () => {
    const blob = new EndlessBlob(20 * mib);
    const windows = blob.windows();
    blob.fails = true;
    await expect(read(windows, blob, 5 * mib, 10)).rejects.toThrow("it was unplugged");
    blob.fails = false;
    expect(await read(windows, blob, 5 * mib, 10)).toEqual(contents(5 * mib, 10));
  });

  it("names the sizes if a directory tells another than the blob has", async () => {
    const blob = new EndlessBlob(2 * mib);
    const windows = blob.windows();
    const node = { ...blob.node, size: 3n * 1024n * 1024n };
    await expect(windows.read(node, 0, 10)).rejects.toThrow("it has 2097152 bytes, not 3145728");
  });
});
