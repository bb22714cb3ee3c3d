import { ServiceError } from "@tvix-mesh/service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest, hashB3 } from "../b3-hasher.ts";
import { Outboard } from "../verified/outboard.ts";
import { outboardOf } from "../verified/outboard-of.ts";
import { hasBlobs, putBlobs, readBlobs } from "./blob-batches.ts";
import type { BlobReader, BlobService, ByteRange, ChunkMeta } from "./blob-service.ts";

/** Bytes that compress badly and differ by `seed`. */
function sample(lengthBytes: number, seed = lengthBytes): Uint8Array {
  let state = Math.imul(seed, 2654435761) >>> 0;
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

function sameBytes(actual: Uint8Array, expected: Uint8Array): boolean {
  return Buffer.compare(actual, expected) === 0;
}

async function put(service: BlobService, data: Uint8Array, pieceBytes = data.length || 1): Promise<B3Digest> {
  await using writer = await service.openWrite();
  for (let offset = 0; offset < data.length; offset += pieceBytes)
    await writer.write(data.subarray(offset, offset + pieceBytes));
  return writer.close();
}

async function readAll(reader: BlobReader | undefined, range?: ByteRange): Promise<Uint8Array> {
  if (!reader) throw new Error("there is no such blob");
  const pieces = await Array.fromAsync(reader.read(range));
  expect(pieces.every((piece) => piece.length > 0)).toBe(true);
  return new Uint8Array(Buffer.concat(pieces));
}

const sizes = [1, 1000, 131_072, 131_073, 300_000, 524_289, 1_048_577, 5_000_000];
const several = sample(3_000_000);

/** What every blob service must do. `open` makes one with nothing in it. */
export function describeBlobService(name: string, open: () => Promise<BlobService & Partial<AsyncDisposable>>): void {
  describe(`BlobService ${name}`, () => {
    let service: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      service = await open();
    });
    afterAll(() => service[Symbol.asyncDispose]?.());

    it("knows nothing of an absent digest", async () => {
      const absent = hashB3(Uint8Array.of(1, 2, 3, 4));
      expect(await service.has(absent)).toBe(false);
      expect(await service.openRead(absent)).toBeUndefined();
      expect(await service.openRead(absent, { expectedSizeBytes: 4 })).toBeUndefined();
      expect(await service.chunks(absent)).toBeUndefined();
    });

    it("always has the empty blob, and takes it", async () => {
      for (let round = 0; round < 2; round += 1) {
        expect(await service.has(emptyB3Digest)).toBe(true);
        expect(await service.chunks(emptyB3Digest)).toEqual([]);
        const reader = await service.openRead(emptyB3Digest);
        expect(reader?.sizeBytes).toBe(0);
        expect(await readAll(reader)).toHaveLength(0);
        expect((await put(service, new Uint8Array())).hex).toBe(emptyB3Digest.hex);
      }
    });

    it.each(sizes)("reads back %i bytes", async (length) => {
      const data = sample(length);
      const digest = await put(service, data);
      expect(digest.hex).toBe(hashB3(data).hex);
      expect(await service.has(digest)).toBe(true);
      for (const expectedSizeBytes of [undefined, length]) {
        const reader = await service.openRead(digest, { expectedSizeBytes });
        expect(reader?.sizeBytes).toBe(length);
        expect(sameBytes(await readAll(reader), data)).toBe(true);
      }
    });

    it.each([7, 4096, 65_537, 1_500_000])("is not influenced by pieces of %i bytes", async (pieceBytes) => {
      const data = several.subarray(0, pieceBytes === 7 ? 400_000 : undefined);
      const digest = await put(service, data, pieceBytes);
      expect(digest.hex).toBe(hashB3(data).hex);
      const chunks = await service.chunks(digest);
      await put(service, data);
      expect((await service.chunks(digest))?.map(String)).toEqual(chunks?.map(String));
      expect(sameBytes(await readAll(await service.openRead(digest)), data)).toBe(true);
    });

    it("chunks() in order are the blob, and each is readable by itself", async () => {
      const digest = await put(service, several);
      const chunks = await service.chunks(digest);
      expect(chunks?.length).toBeGreaterThan(1);
      let offset = 0;
      for (const chunk of chunks ?? []) {
        const bytes = several.subarray(offset, offset + chunk.sizeBytes);
        expect(hashB3(bytes).hex).toBe(chunk.digest.hex);
        expect(await service.has(chunk.digest)).toBe(true);
        expect(await service.chunks(chunk.digest)).toEqual([]);
        expect(sameBytes(await readAll(await service.openRead(chunk.digest)), bytes)).toBe(true);
        offset += chunk.sizeBytes;
      }
      expect(offset).toBe(several.length);
    });

    it("an outboard proves the blob, of one chunk or several; there is none of an absent one", async () => {
      for (const length of [0, 5000, 200_000, several.length]) {
        const data = several.subarray(0, length);
        const digest = await put(service, data);
        const encoded = await outboardOf(service, digest);
        if (!encoded) throw new Error("there is no outboard");
        const outboard = Outboard.parse(digest, encoded);
        expect(outboard.sizeBytes).toBe(length);
        outboard.check(data.subarray(0, outboard.groupBytes), 0);
      }
      expect(await outboardOf(service, hashB3(sample(10, 2001)))).toBeUndefined();
    });

    it("read() answers ranges, of one chunk and across several", async () => {
      const reader = await service.openRead(await put(service, several));
      const size = several.length;
      const ranges: readonly (readonly [number, number?])[] = [
        [0, 10],
        [0],
        [1],
        [500_000, 1_200_000],
        [size - 1],
        [size - 5, 5],
        [size],
        [77, 0],
        [0, size],
        [0, size - 1],
      ];
      for (const [offset, length] of ranges) {
        const expected = several.subarray(offset, length === undefined ? size : offset + length);
        expect(sameBytes(await readAll(reader, { offset, length }), expected), `${offset} ${length}`).toBe(true);
      }
    });

    it.each([
      [100, 10_000],
      [3_000_001, 1],
      [-1, 5],
      [0, -1],
      [0.5, 1],
    ])("read() refuses a range at %d of %d bytes that doesn't lie within", async (offset, length) => {
      const small = await service.openRead(await put(service, sample(5000)));
      await expect(readAll(small, { offset, length })).rejects.toMatchObject({ code: "out-of-range" });
    });

    it("several reads of one reader run side by side", async () => {
      const reader = await service.openRead(await put(service, several));
      const reads = await Promise.all(
        [0, 1, 2].map((index) => readAll(reader, { offset: index * 1_000_000, length: 900_000 })),
      );
      for (const [index, bytes] of reads.entries())
        expect(sameBytes(bytes, several.subarray(index * 1_000_000, index * 1_000_000 + 900_000))).toBe(true);
    });

    it("a read may be abandoned", async () => {
      const reader = await service.openRead(await put(service, several));
      for await (const piece of (reader as BlobReader).read()) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      expect(sameBytes(await readAll(reader), several)).toBe(true);
    });

    it("writers run side by side, also with one content", async () => {
      const datas = Array.from({ length: 40 }, (_, index) => sample(index % 8 === 0 ? 700_000 : 3000, index % 20));
      const digests = await Promise.all(datas.map((data) => put(service, data, 100_000)));
      for (const [index, digest] of digests.entries())
        expect(sameBytes(await readAll(await service.openRead(digest)), datas[index] as Uint8Array)).toBe(true);
    });

    it("write() keeps no hold of the caller's bytes", async () => {
      const piece = sample(200_000);
      const expected = hashB3(Buffer.concat([piece, piece.map((byte) => byte ^ 1)]));
      await using writer = await service.openWrite();
      await writer.write(piece);
      for (let index = 0; index < piece.length; index += 1) piece[index] = (piece[index] as number) ^ 1;
      await writer.write(piece);
      piece.fill(0);
      expect((await writer.close()).hex).toBe(expected.hex);
    });

    it("close() twice answers the same digest", async () => {
      await using writer = await service.openWrite();
      await writer.write(sample(999));
      expect((await writer.close()).hex).toBe((await writer.close()).hex);
    });

    it("write() after close() is refused", async () => {
      await using writer = await service.openWrite();
      await writer.close();
      await expect(writer.write(Uint8Array.of(1))).rejects.toMatchObject({ code: "failed-precondition" });
    });

    it.each([50, 2_000_000])("disposing without close() discards a blob of %i bytes", async (length) => {
      const data = sample(length, 424242 + length);
      {
        await using writer = await service.openWrite();
        await writer.write(data);
      }
      expect(await service.has(hashB3(data))).toBe(false);
    });

    it("hasBlobs() answers in the order of the question, for none and for many", async () => {
      expect(await hasBlobs(service, [])).toEqual([]);
      const there = await put(service, sample(77, 1001));
      const absent = hashB3(sample(77, 1002));
      const [chunk] = (await service.chunks(await put(service, several))) ?? [];
      const asked = [absent, there, emptyB3Digest, (chunk as ChunkMeta).digest, absent, hashB3(several)];
      expect(await hasBlobs(service, asked)).toEqual([false, true, true, true, false, true]);
      const many = Array.from({ length: 4500 }, (_, index) => (index % 3 === 0 ? there : absent));
      expect((await hasBlobs(service, many)).every((has, index) => has === (index % 3 === 0))).toBe(true);
    });

    it("putBlobs() answers each batch in turn, and readBlobs() reads them back", async () => {
      const batches = [
        [],
        [50, 0, 3000],
        [1_000_000],
        Array.from({ length: 300 }, (_, index) => 100 + index),
        [7, 7],
      ].map((lengths) => lengths.map((length) => sample(length, length + 31)));
      async function* arriving(): AsyncGenerator<readonly Uint8Array[]> {
        yield* batches;
      }
      const answered = await Array.fromAsync(putBlobs(service, arriving()));
      const digests = batches.map((batch) => batch.map(hashB3));
      expect(answered.map((batch) => batch.map(String))).toEqual(digests.map((batch) => batch.map(String)));
      const absent = hashB3(sample(9, 1003));
      const read = await Array.fromAsync(readBlobs(service, [absent, ...digests.flat(), absent]));
      expect([read.at(0), read.at(-1)]).toEqual([undefined, undefined]);
      const expected = batches.flat();
      expect(read).toHaveLength(expected.length + 2);
      expect(expected.every((bytes, index) => sameBytes(read[index + 1] as Uint8Array, bytes))).toBe(true);
      expect(await Array.fromAsync(readBlobs(service, []))).toEqual([]);
    });

    it("putBlobs() answers a batch before the next one comes", async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      async function* arriving(): AsyncGenerator<readonly Uint8Array[]> {
        yield [sample(33, 1004)];
        await promise;
        yield [sample(33, 1005)];
      }
      const answers: string[] = [];
      for await (const digests of putBlobs(service, arriving())) {
        answers.push(...digests.map(String));
        resolve();
      }
      expect(answers).toEqual([1004, 1005].map((seed) => String(hashB3(sample(33, seed)))));
    });

    it("putBlobs() fails as its source does", async () => {
      const failure = new Error("the source is broken");
      // biome-ignore lint/correctness/useYield: the source fails first
      async function* arriving(): AsyncGenerator<readonly Uint8Array[]> {
        throw failure;
      }
      await expect(Array.fromAsync(putBlobs(service, arriving()))).rejects.toBe(failure);
    });

    it("readBlobs() refuses blobs of more than 1 MiB, takes one of just that, and may be abandoned", async () => {
      const largest = sample(1024 * 1024, 1006);
      const digest = await put(service, largest);
      const [read] = await Array.fromAsync(readBlobs(service, [digest]));
      expect(sameBytes(read as Uint8Array, largest)).toBe(true);
      const tooLong = await put(service, sample(1024 * 1024 + 1, 1007));
      await expect(Array.fromAsync(readBlobs(service, [digest, tooLong]))).rejects.toMatchObject({
        code: "out-of-range",
      });
      for await (const bytes of readBlobs(service, [digest, digest, digest])) {
        expect(bytes).toHaveLength(largest.length);
        break;
      }
    });

    it("list() tells of every blob and chunk, where the service can", async () => {
      const digests = [await put(service, sample(1234, 3001)), await put(service, several)];
      const chunks = (await service.chunks(hashB3(several))) ?? [];
      if (!service.list) return;
      const listed = new Set((await Array.fromAsync(service.list())).map(String));
      for (const digest of [...digests, ...chunks.map((chunk) => chunk.digest)])
        expect(listed).toContain(String(digest));
    });

    it("an aborted signal ends reading and writing", async () => {
      const reason = new ServiceError("cancelled", "Cannot go on: enough");
      const options = { signal: AbortSignal.abort(reason) };
      const digest = await put(service, several);
      const reader = (await service.openRead(digest)) as BlobReader;
      await expect(Array.fromAsync(reader.read(undefined, options))).rejects.toBe(reason);
      await expect(service.openRead(digest, options)).rejects.toBe(reason);
      await expect(Array.fromAsync(readBlobs(service, [digest], options))).rejects.toBe(reason);
      await expect(
        (async () => {
          await using writer = await service.openWrite(options);
          await writer.write(several);
          await writer.close();
        })(),
      ).rejects.toBe(reason);
    });
  });
}
