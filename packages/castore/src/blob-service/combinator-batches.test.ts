import { describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { createFaultyBlobService, type Faults } from "../testing/faulty-blob-service.ts";
import { Outboard } from "../verified/outboard.ts";
import { hasBlobs, putBlobs, readBlobs } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";
import { createCachingBlobService } from "./caching.ts";
import { createCombinedBlobService } from "./combined.ts";
import { createFanoutBlobService } from "./fanout.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";
import { createReadonlyBlobService } from "./readonly.ts";
import { createRetryingBlobService } from "./retrying.ts";

const createMemory = (): BlobService => createObjectStoreBlobService(createMemoryObjectStore());
const report = (): void => undefined;
const cache = { absentForMs: 60_000, writes: "near" as const, report };
const blobs = Array.from({ length: 100 }, (_, index) => new Uint8Array(50 + index).fill(index));
const digests = blobs.map(hashB3);

async function put(service: BlobService, contents: readonly Uint8Array[]): Promise<void> {
  async function* batches(): AsyncGenerator<readonly Uint8Array[]> {
    yield contents;
  }
  for await (const answered of putBlobs(service, batches()))
    expect(answered.map(String)).toEqual(contents.map((each) => String(hashB3(each))));
}

async function expectAll(service: BlobService): Promise<void> {
  expect(await hasBlobs(service, digests)).toEqual(digests.map(() => true));
  const read = await Array.fromAsync(readBlobs(service, digests));
  expect(read.map((bytes) => bytes && hashB3(bytes).hex)).toEqual(digests.map(({ hex }) => hex));
}

/** Fails where it is asked for single blobs. */
function inBatchesOnly(inner: BlobService): BlobService {
  const refuse = async (): Promise<never> => expect.fail("a blob was asked for by itself");
  return { ...inner, has: refuse, openRead: refuse, openWrite: refuse };
}

const combinators: readonly (readonly [string, (inner: BlobService) => BlobService])[] = [
  ["cache", (inner) => createCachingBlobService(inBatchesOnly(createMemory()), inner, { ...cache, writes: "both" })],
  ["cache that writes near", (inner) => createCachingBlobService(inner, inBatchesOnly(createMemory()), cache)],
  ["combined", (inner) => createCombinedBlobService(inner, inBatchesOnly(createMemory()), { report })],
  ["fanout", (inner) => createFanoutBlobService([inBatchesOnly(createMemory()), inner], { quorum: 2, report })],
  ["retry", (inner) => createRetryingBlobService(inner, { attempts: 3, pauseMs: 0 })],
];

describe.each(combinators)("batches of %s", (_name, create) => {
  it("are batches for its parts", async () => {
    const service = create(inBatchesOnly(createMemory()));
    expect(await hasBlobs(service, digests)).toEqual(digests.map(() => false));
    await put(service, blobs);
    await expectAll(service);
  });

  it("hand on an outboard of a part", async () => {
    const inner = createMemory();
    const large = new Uint8Array(3_000_000).map((_, index) => Math.imul(index, 2654435761) >>> 24);
    await put(inner, [large]);
    const encoded = await create(inner).outboard?.(hashB3(large));
    expect(Outboard.parse(hashB3(large), encoded ?? new Uint8Array()).sizeBytes).toBe(large.length);
  });
});

describe("batches over parts with faults", () => {
  const faulty: readonly (readonly [string, Faults])[] = [
    ["is down", { isDown: true }],
    ["takes too long", { timeOuts: 1000 }],
    ["breaks off", { breakAfterBytes: 1000 }],
  ];
  it.each(faulty)("are answered by the other part where one %s", async (_what, faults) => {
    for (const create of [
      (near: BlobService, far: BlobService) => createCachingBlobService(near, far, { ...cache, absentForMs: 0 }),
      (near: BlobService, far: BlobService) => createCombinedBlobService(near, far, { report }),
      (near: BlobService, far: BlobService) => createFanoutBlobService([near, far], { quorum: 1, report }),
    ]) {
      const [near, far] = [createMemory(), createMemory()];
      await put(near, blobs);
      await put(far, blobs);
      await expectAll(create(createFaultyBlobService(near, { ...faults }), far));
    }
  });

  it("are asked for again by retry, from where they broke off", async () => {
    const inner = createMemory();
    const faults: Faults = { timeOuts: 2, breakAfterBytes: 1, breaks: 50 };
    const service = createRetryingBlobService(createFaultyBlobService(inner, faults), { attempts: 4, pauseMs: 0 });
    await put(service, blobs);
    await expectAll(service);
    expect(faults.timeOuts).toBe(0);
  });

  it("are not called absent where a part is down that may have them", async () => {
    const near = createFaultyBlobService(createMemory(), { isDown: true });
    const service = createCombinedBlobService(near, createMemory(), { report });
    await expect(hasBlobs(service, digests)).rejects.toMatchObject({ code: "unavailable" });
    await expect(Array.fromAsync(readBlobs(service, digests))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("are stored by fanout where enough parts take them, and refused otherwise", async () => {
    const parts = [createMemory(), createMemory(), createFaultyBlobService(createMemory(), { isDown: true })] as const;
    await put(createFanoutBlobService(parts, { quorum: 2, report }), blobs);
    for (const part of parts.slice(0, 2)) await expectAll(part);
    const strict = createFanoutBlobService(parts, { quorum: 3, report });
    await expect(put(strict, blobs)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("are refused by readonly", async () => {
    const inner = createMemory();
    await put(inner, blobs);
    const service = createReadonlyBlobService(inner);
    await expectAll(service);
    await expect(put(service, blobs)).rejects.toMatchObject({ code: "permission-denied" });
  });
});

describe("batches of createCachingBlobService()", () => {
  it("keep nearby what came from far, and remember what isn't there", async () => {
    const [near, far] = [createMemory(), createMemory()];
    await put(far, blobs.slice(0, 90));
    const faults: Faults = {};
    const service = createCachingBlobService(near, createFaultyBlobService(far, faults), cache);
    const read = await Array.fromAsync(readBlobs(service, digests));
    expect(read.map((bytes) => bytes !== undefined)).toEqual(digests.map((_, index) => index < 90));
    faults.isDown = true;
    expect(await hasBlobs(near, digests)).toEqual(digests.map((_, index) => index < 90));
    expect(await hasBlobs(service, digests)).toEqual(digests.map((_, index) => index < 90));
  });
});
