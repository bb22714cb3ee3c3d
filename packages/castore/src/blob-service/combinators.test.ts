import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Composition } from "@tvix-mesh/service";
import { afterAll, describe, expect, it } from "vitest";
import type { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { createFaultyBlobService, type Faults } from "../testing/faulty-blob-service.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import { blobServiceBackends } from "./backends.ts";
import type { BlobService } from "./blob-service.ts";
import { createCachingBlobService } from "./caching.ts";
import { createCombinedBlobService } from "./combined.ts";
import { describeBlobService } from "./conformance.ts";
import { createFanoutBlobService } from "./fanout.ts";
import { createBlobServiceClient } from "./grpc-client.ts";
import { bindBlobService } from "./grpc-server.ts";
import { createLruBlobService } from "./lru.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";
import { createReadonlyBlobService } from "./readonly.ts";
import { createRetryingBlobService } from "./retrying.ts";

const root = await mkdtemp(join(tmpdir(), "blob-combinators-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const createMemory = (): BlobService => createObjectStoreBlobService(createMemoryObjectStore());
const retrySoon = { attempts: 4, pauseMs: 0 };

function compose(instances: Readonly<Record<string, unknown>>, reports: string[] = []): Composition<BlobService> {
  return new Composition<BlobService>({
    kind: "blobservices",
    backends: blobServiceBackends,
    instances,
    report: (message) => void reports.push(message),
  });
}

async function openComposition(instances: Readonly<Record<string, unknown>>): Promise<BlobService & AsyncDisposable> {
  const composition = compose(instances);
  const service = await composition.resolve("root");
  return { ...service, [Symbol.asyncDispose]: () => composition[Symbol.asyncDispose]() };
}

const memory = { type: "memory" };
const lmdb = async () => ({ type: "lmdb", path: await mkdtemp(join(root, "lmdb-")) });

describeBlobService("cache of memory before lmdb", async () =>
  openComposition({ root: { type: "cache", near: "near", far: "far" }, near: memory, far: await lmdb() }),
);
describeBlobService("cache that writes to both", async () =>
  openComposition({ root: { type: "cache", near: "memory://", far: "far", writes: "both" }, far: await lmdb() }),
);
describeBlobService("combined", async () =>
  openComposition({ root: { type: "combined", near: "near", far: "far" }, near: memory, far: await lmdb() }),
);
describeBlobService("fanout to three", async () =>
  openComposition({
    root: { type: "fanout", to: ["a", "b", "c"], quorum: 2 },
    a: memory,
    b: await lmdb(),
    c: { type: "memory" },
  }),
);
describeBlobService("lru", () => openComposition({ root: { type: "lru", capacity: 100_000_000 } }));
describeBlobService("retry", async () =>
  openComposition({ root: { type: "retry", inner: "inner" }, inner: await lmdb() }),
);
describeBlobService("grpc to a cache with a remote far", async () => {
  const far = await startLoopbackServer("blob-service", bindBlobService(createMemory()));
  const report = (): void => undefined;
  const cache = createCachingBlobService(createMemory(), createBlobServiceClient(far.channel), {
    absentForMs: 0,
    writes: "both",
    report,
  });
  const server = await startLoopbackServer("blob-service", bindBlobService(cache));
  return {
    ...createBlobServiceClient(server.channel),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
    },
  };
});
describeBlobService("fanout with a part that is down", async () =>
  createFanoutBlobService([createFaultyBlobService(createMemory(), { isDown: true }), createMemory(), createMemory()], {
    quorum: 2,
    report: () => undefined,
  }),
);
describeBlobService("cache whose near is down", async () =>
  createCachingBlobService(createFaultyBlobService(createMemory(), { isDown: true }), createMemory(), {
    absentForMs: 0,
    writes: "both",
    report: () => undefined,
  }),
);
describeBlobService("retry of a service that breaks off every second read", async () => {
  const faults: Faults = {};
  const inner = createFaultyBlobService(createMemory(), faults);
  const retrying = createRetryingBlobService(inner, retrySoon);
  const upset = (): BlobService => {
    Object.assign(faults, { timeOuts: 1, breakAfterBytes: 1000, breaks: 1 });
    return retrying;
  };
  return {
    has: (digest, options) => upset().has(digest, options),
    chunks: (digest, options) => upset().chunks(digest, options),
    openRead: (digest, options) => upset().openRead(digest, options),
    openWrite: (options) => retrying.openWrite(options),
  };
});

function sample(lengthBytes: number): Uint8Array {
  let state = lengthBytes >>> 0;
  return new Uint8Array(lengthBytes).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const small = sample(5000);
const large = sample(3_000_000);
const contents: readonly (readonly [string, Uint8Array])[] = [
  ["a small blob", small],
  ["a large blob", large],
];

async function put(service: BlobService, bytes: Uint8Array): Promise<B3Digest> {
  await using writer = await service.openWrite();
  await writer.write(bytes);
  return await writer.close();
}

async function read(service: BlobService, digest: B3Digest, offset = 0): Promise<Uint8Array> {
  const reader = await service.openRead(digest);
  return Buffer.concat(reader ? await Array.fromAsync(reader.read({ offset })) : []);
}

/** Counts the calls that get through to it. */
function counting(inner: BlobService): { readonly service: BlobService; readonly calls: string[] } {
  const calls: string[] = [];
  const note = <Result>(call: string, result: Result): Result => {
    calls.push(call);
    return result;
  };
  return {
    calls,
    service: {
      has: (digest, options) => note("has", inner.has(digest, options)),
      chunks: (digest, options) => note("chunks", inner.chunks(digest, options)),
      openRead: (digest, options) => note("openRead", inner.openRead(digest, options)),
      openWrite: (options) => note("openWrite", inner.openWrite(options)),
      outboard: inner.outboard,
    },
  };
}

function collectReports(): { readonly report: (message: string) => void; readonly reports: string[] } {
  const reports: string[] = [];
  return { reports, report: (message) => void reports.push(message) };
}

describe("createCachingBlobService()", () => {
  const options = { absentForMs: 60_000, writes: "near" as const, report: () => undefined };

  it.each(contents)("keeps %s that was read, and then needs no far", async (_what, bytes) => {
    const near = createMemory();
    const far = createMemory();
    const digest = await put(far, bytes);
    const faults: Faults = {};
    const cache = createCachingBlobService(near, createFaultyBlobService(far, faults), options);
    expect(hashB3(await read(cache, digest)).hex).toBe(digest.hex);
    faults.isDown = true;
    expect(hashB3(await read(cache, digest)).hex).toBe(digest.hex);
    expect(await near.has(digest)).toBe(true);
  });

  it("fetches of a range the chunks that it needs, each once", async () => {
    const far = createMemory();
    const digest = await put(far, large);
    const { service, calls } = counting(far);
    const cache = createCachingBlobService(createMemory(), service, options);
    const chunks = (await far.chunks(digest)) ?? [];
    for (let round = 0; round < 2; round += 1) {
      const reader = await cache.openRead(digest);
      await Array.fromAsync(reader?.read({ offset: 1_500_000, length: 10 }) ?? []);
      // One call opens the blob itself, and its last chunk proves where it ends.
      expect(calls.filter((call) => call === "openRead").length - 1 - round).toBeLessThanOrEqual(3);
    }
    expect(chunks.length).toBeGreaterThan(6);
  });

  it("believes for a while that something isn't there, and asks far for nothing in it", async () => {
    const { service, calls } = counting(createMemory());
    const cache = createCachingBlobService(createMemory(), service, options);
    const absent = hashB3(Uint8Array.of(9));
    for (let round = 0; round < 5; round += 1) {
      expect(await cache.has(absent)).toBe(false);
      expect(await cache.openRead(absent)).toBeUndefined();
      expect(await cache.chunks(absent)).toBeUndefined();
    }
    expect(calls).toHaveLength(1);
  });

  it("has what was put after it was known to be absent", async () => {
    const far = createMemory();
    const cache = createCachingBlobService(createFaultyBlobService(createMemory(), { isDown: true }), far, {
      ...options,
      writes: "both",
    });
    expect(await cache.has(hashB3(small))).toBe(false);
    await put(cache, small);
    expect(await cache.has(hashB3(small))).toBe(true);
  });

  it("says that far is down, not that nothing is there", async () => {
    const far = createFaultyBlobService(createMemory(), { isDown: true });
    const cache = createCachingBlobService(createMemory(), far, options);
    await expect(cache.has(hashB3(small))).rejects.toMatchObject({ code: "unavailable" });
    await expect(cache.openRead(hashB3(small))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("serves what it can't keep, and says so", async () => {
    const { report, reports } = collectReports();
    const far = createMemory();
    const digest = await put(far, large);
    const near = createReadonlyBlobService(createMemory());
    const cache = createCachingBlobService(near, far, { ...options, report });
    expect(hashB3(await read(cache, digest)).hex).toBe(digest.hex);
    expect(reports.join("\n")).toContain("the service is read-only; the blob isn't kept nearby");
  });

  it("keeps nothing of a read that was abandoned", async () => {
    const near = createMemory();
    const far = createMemory();
    const digest = await put(far, large);
    const cache = createCachingBlobService(near, far, options);
    for await (const _piece of (await cache.openRead(digest))?.read() ?? []) break;
    expect(await near.has(digest)).toBe(false);
    expect(hashB3(await read(cache, digest)).hex).toBe(digest.hex);
  });
});

const damages: readonly (readonly [string, Faults])[] = [
  ["stops short", { shortReadBytes: 2000 }],
  ["breaks off", { breakAfterBytes: 2000 }],
  ["breaks off at once", { breakAfterBytes: 0 }],
  ["takes too long", { timeOuts: 100 }],
  ["is down", { isDown: true }],
];

describe.each<[string, (first: BlobService, second: BlobService) => BlobService]>([
  ["cache", (near, far) => createCachingBlobService(near, far, { absentForMs: 0, writes: "near", report: () => {} })],
  ["combined", (near, far) => createCombinedBlobService(near, far, { report: () => {} })],
  ["fanout", (near, far) => createFanoutBlobService([near, far], { quorum: 1, report: () => {} })],
])("%s over a first part with faults", (_name, create) => {
  it.each(damages)("reads from the second what the first one has but %s", async (_what, faults) => {
    for (const [, bytes] of contents) {
      const [near, far] = [createMemory(), createMemory()];
      await put(near, bytes);
      const digest = await put(far, bytes);
      const service = create(createFaultyBlobService(near, { ...faults }), far);
      expect(hashB3(await read(service, digest)).hex).toBe(digest.hex);
      expect(Buffer.compare(await read(service, digest, 1000), bytes.subarray(1000))).toBe(0);
      expect(await service.has(digest)).toBe(true);
    }
  });

  it("hands out no byte after one that two parts have differently", async () => {
    const [near, far] = [createMemory(), createMemory()];
    await put(near, large);
    const digest = await put(far, large);
    const service = create(createFaultyBlobService(near, { corruptedAt: 10, breakAfterBytes: 300_000 }), far);
    await expect(read(service, digest)).rejects.toMatchObject({ code: "data-loss" });
  });
});

describe("createFanoutBlobService()", () => {
  it("stores in every part, and again in one that lost it", async () => {
    const parts = [createMemory(), createMemory(), createMemory()];
    const { service: first } = counting(createMemory());
    const fanout = createFanoutBlobService([first, ...parts.slice(1)], { quorum: 3, report: () => {} });
    const digest = await put(fanout, large);
    for (const part of [first, ...parts.slice(1)]) expect(await part.has(digest)).toBe(true);
    const [empty, ...others] = [createMemory(), first, ...parts.slice(1)] as const;
    const again = createFanoutBlobService([empty, ...others], { quorum: 3, report: () => {} });
    expect(hashB3(await read(again, digest)).hex).toBe(digest.hex);
    expect(hashB3(await read(empty, digest)).hex).toBe(digest.hex);
  });

  it("refuses a write that too few parts take, at its beginning and in the middle", async () => {
    for (const when of ["beginning", "middle"]) {
      const faults: Faults = { isDown: when === "beginning" };
      const parts = [createMemory(), createFaultyBlobService(createMemory(), faults)];
      const fanout = createFanoutBlobService(parts, { quorum: 2, report: () => {} });
      await expect(
        (async () => {
          await using writer = await fanout.openWrite();
          await writer.write(large);
          faults.isDown = true;
          await writer.write(large);
          return await writer.close();
        })(),
      ).rejects.toMatchObject({ code: "unavailable" });
    }
  });

  it("reports the part that failed where enough others took it", async () => {
    const { report, reports } = collectReports();
    const parts = [createMemory(), createFaultyBlobService(createMemory(), { isDown: true })];
    const digest = await put(createFanoutBlobService(parts, { quorum: 1, report }), small);
    expect(digest.hex).toBe(hashB3(small).hex);
    expect(reports).toEqual(["Cannot reach the part: it is down; other parts take the blob"]);
  });
});

describe("createRetryingBlobService()", () => {
  it.each(contents)("reads %s on where it broke off", async (_what, bytes) => {
    const inner = createMemory();
    const digest = await put(inner, bytes);
    const faults: Faults = { timeOuts: 2, breakAfterBytes: 1234, breaks: 3 };
    const service = createRetryingBlobService(createFaultyBlobService(inner, faults), retrySoon);
    expect(hashB3(await read(service, digest)).hex).toBe(digest.hex);
  });

  it("puts a small blob again", async () => {
    const inner = createMemory();
    const service = createRetryingBlobService(createFaultyBlobService(inner, { timeOuts: 3 }), retrySoon);
    const digest = await put(service, small);
    expect(await inner.has(digest)).toBe(true);
  });

  it("gives up after so many attempts, and at once for other failures", async () => {
    const faults: Faults = { timeOuts: 100 };
    const service = createRetryingBlobService(createFaultyBlobService(createMemory(), faults), retrySoon);
    await expect(service.has(hashB3(small))).rejects.toMatchObject({ code: "deadline-exceeded" });
    expect(faults.timeOuts).toBe(96);
    const readonly = createReadonlyBlobService(createMemory());
    await expect(put(createRetryingBlobService(readonly, retrySoon), small)).rejects.toMatchObject({
      code: "permission-denied",
    });
  });
});

describe("createReadonlyBlobService()", () => {
  it("reads what is there and refuses to write", async () => {
    const inner = createMemory();
    const digest = await put(inner, large);
    const service = createReadonlyBlobService(inner);
    expect(hashB3(await read(service, digest)).hex).toBe(digest.hex);
    expect(await service.has(digest)).toBe(true);
    expect((await service.chunks(digest))?.length).toBeGreaterThan(1);
    await expect(service.openWrite()).rejects.toMatchObject({ code: "permission-denied" });
  });
});

describe("createLruBlobService()", () => {
  it("forgets what was used least recently, whole blobs at a time", async () => {
    const service = createLruBlobService(4_000_000);
    const [first, second] = [await put(service, large), await put(service, large.toReversed())];
    expect(await service.has(first)).toBe(false);
    expect(await service.openRead(first)).toBeUndefined();
    expect(hashB3(await read(service, second)).hex).toBe(second.hex);
  });
});

describe("blobServiceBackends", () => {
  it("make a cache of two URLs in a URL", async () => {
    const path = await mkdtemp(join(root, "url-"));
    await using composition = compose({});
    const url = `cache://?near=${encodeURIComponent("lru://?capacity=1000000")}&far=${encodeURIComponent(`lmdb://${path}`)}&writes=both`;
    const digest = await put(await composition.resolve(url), small);
    await composition[Symbol.asyncDispose]();
    await using again = compose({ root: { type: "lmdb", path } });
    expect(await (await again.resolve("root")).has(digest)).toBe(true);
  });

  it.each([
    [{ type: "cache", near: "a" }, "blobservices.root.far"],
    [{ type: "cache", near: "a", far: "b", writes: "far" }, "blobservices.root.writes"],
    [{ type: "fanout", to: [] }, "blobservices.root.to"],
    [{ type: "fanout", to: ["a", "b"], quorum: 3 }, "blobservices.root.quorum: more than there are parts"],
    [{ type: "lru" }, "blobservices.root.capacity"],
    [{ type: "readonly", inner: "x", outer: "y" }, "blobservices.root.outer: unknown field"],
    [{ type: "retry", inner: "x", attempts: 0 }, "blobservices.root.attempts"],
  ])("refuse %j", (instance, reason) => {
    expect(() => compose({ root: instance })).toThrow(reason);
  });
});
