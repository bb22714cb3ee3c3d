import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryObjectStore } from "@tvix-mesh/castore";
import { Composition, ServiceError } from "@tvix-mesh/service";
import { afterAll, describe, expect, it } from "vitest";
import { pathInfoServiceBackends } from "./backends.ts";
import { createCachingPathInfoService } from "./caching.ts";
import { createCombinedPathInfoService } from "./combined.ts";
import { describePathInfoService, examplePathInfo, type PathInfoServiceFixture } from "./conformance.ts";
import { createFanoutPathInfoService } from "./fanout.ts";
import { createObjectStorePathInfoService } from "./object-store-path-info-service.ts";
import type { PathInfoService } from "./path-info-service.ts";
import { createReadonlyPathInfoService } from "./readonly.ts";
import { createRetryingPathInfoService } from "./retrying.ts";

const root = await mkdtemp(join(tmpdir(), "path-info-combinators-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const createMemory = (): PathInfoService => createObjectStorePathInfoService(createMemoryObjectStore());
const retrySoon = { attempts: 4, pauseMs: 0 };
const report = (): void => undefined;

async function openComposition(instances: Readonly<Record<string, unknown>>): Promise<PathInfoServiceFixture> {
  const backends = pathInfoServiceBackends;
  const composition = new Composition<PathInfoService>({ kind: "pathinfoservices", backends, instances });
  const service = await composition.resolve("root");
  return { service, [Symbol.asyncDispose]: () => composition[Symbol.asyncDispose]() };
}

const withoutDisposal = async (service: PathInfoService): Promise<PathInfoServiceFixture> => ({
  service,
  [Symbol.asyncDispose]: async () => undefined,
});

/** What goes wrong in a service under test. May be changed while it is in use. */
interface Faults {
  isDown?: boolean;
  /** How many of the next calls fail as those of an overloaded server do. */
  timeOuts?: number;
  /** How many of the next calls find what is stored damaged. */
  damages?: number;
  /** The next list breaks off after so many. */
  breaksAfter?: number;
}

function createFaulty(inner: PathInfoService, faults: Faults): PathInfoService {
  const check = (): void => {
    if (faults.isDown) throw new ServiceError("unavailable", "Cannot reach the part: it is down");
    if (faults.damages) {
      faults.damages -= 1;
      throw new ServiceError("data-loss", "Cannot read the path info: it is damaged");
    }
    if (!faults.timeOuts) return;
    faults.timeOuts -= 1;
    throw new ServiceError("deadline-exceeded", "Cannot reach the part: it takes too long");
  };
  return {
    async get(digest, options) {
      check();
      return inner.get(digest, options);
    },
    async put(pathInfo, options) {
      check();
      return inner.put(pathInfo, options);
    },
    async *list(options) {
      check();
      let count = 0;
      for await (const pathInfo of inner.list(options)) {
        if (count === faults.breaksAfter) {
          delete faults.breaksAfter;
          throw new ServiceError("unavailable", "Cannot go on listing: the connection broke");
        }
        count += 1;
        yield pathInfo;
      }
    },
  };
}

const memory = { type: "memory" };
const lmdb = async () => ({ type: "lmdb", path: await mkdtemp(join(root, "lmdb-")) });

describePathInfoService("cache of memory before lmdb", async () =>
  openComposition({ root: { type: "cache", near: "near", far: "far" }, near: memory, far: await lmdb() }),
);
describePathInfoService("cache that writes to both", async () =>
  openComposition({
    root: { type: "cache", near: "memory://", far: "far", writes: "both", absent_for_ms: 60_000 },
    far: await lmdb(),
  }),
);
describePathInfoService("combined", async () =>
  openComposition({ root: { type: "combined", near: "near", far: "far" }, near: memory, far: await lmdb() }),
);
describePathInfoService("fanout to three", async () =>
  openComposition({ root: { type: "fanout", to: ["a", "b", "c"] }, a: memory, b: await lmdb(), c: memory }),
);
describePathInfoService("lru", () => openComposition({ root: { type: "lru", capacity: 1000 } }));
describePathInfoService("retry", () => openComposition({ root: { type: "retry", inner: "memory://" } }));
describePathInfoService("fanout with a part that is down", () =>
  withoutDisposal(
    createFanoutPathInfoService([createFaulty(createMemory(), { isDown: true }), createMemory(), createMemory()], {
      quorum: 2,
      report,
    }),
  ),
);
describePathInfoService("retry of a service that breaks off", () => {
  const faults: Faults = {};
  const retrying = createRetryingPathInfoService(createFaulty(createMemory(), faults), retrySoon);
  const upset = (): PathInfoService => {
    Object.assign(faults, { timeOuts: 2, breaksAfter: 3 });
    return retrying;
  };
  return withoutDisposal({
    get: (digest, options) => upset().get(digest, options),
    put: (pathInfo, options) => upset().put(pathInfo, options),
    list: (options) => upset().list(options),
  });
});

const one = examplePathInfo("one");
const two = examplePathInfo("two");

async function holding(...pathInfos: (typeof one)[]): Promise<PathInfoService> {
  const service = createMemory();
  for (const pathInfo of pathInfos) await service.put(pathInfo);
  return service;
}

async function names(service: PathInfoService): Promise<readonly string[]> {
  return (await Array.fromAsync(service.list())).map(({ storePath }) => storePath.name).sort();
}

describe("createCachingPathInfoService()", () => {
  const options = { absentForMs: 60_000, writes: "near" as const, report };

  it("keeps what it got from far", async () => {
    const faults: Faults = {};
    const cache = createCachingPathInfoService(createMemory(), createFaulty(await holding(one), faults), options);
    expect(await cache.get(one.storePath.digest)).toBeDefined();
    faults.isDown = true;
    expect((await cache.get(one.storePath.digest))?.storePath.name).toBe("one");
  });

  it("lists near and far, each once", async () => {
    const cache = createCachingPathInfoService(await holding(one), await holding(one, two), options);
    expect(await names(cache)).toEqual(["one", "two"]);
  });

  it("believes for a while that something isn't there, until it is put", async () => {
    const far = createMemory();
    const near = createFaulty(createMemory(), {});
    const cache = createCachingPathInfoService(near, far, { ...options, writes: "both" });
    expect(await cache.get(one.storePath.digest)).toBeUndefined();
    await far.put(one);
    expect(await cache.get(one.storePath.digest)).toBeUndefined();
    await cache.put(one);
    expect(await cache.get(one.storePath.digest)).toBeDefined();
  });

  it("says that far is down, not that nothing is there", async () => {
    const cache = createCachingPathInfoService(
      await holding(one),
      createFaulty(createMemory(), { isDown: true }),
      options,
    );
    expect(await cache.get(one.storePath.digest)).toBeDefined();
    await expect(cache.get(two.storePath.digest)).rejects.toMatchObject({ code: "unavailable" });
    await expect(names(cache)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("writes to both: near gets what far answered", async () => {
    const near = createMemory();
    const signatures = [{ name: "far-1", data: new Uint8Array(64) }];
    const far = createMemory();
    const signing: PathInfoService = { ...far, put: (pathInfo) => far.put({ ...pathInfo, signatures }) };
    await createCachingPathInfoService(near, signing, { ...options, writes: "both" }).put(one);
    expect((await near.get(one.storePath.digest))?.signatures).toHaveLength(1);
  });
});

describe.each<[string, (first: PathInfoService, second: PathInfoService) => PathInfoService]>([
  ["cache", (near, far) => createCachingPathInfoService(near, far, { absentForMs: 0, writes: "near", report })],
  ["combined", (near, far) => createCombinedPathInfoService(near, far, { report })],
  ["fanout", (near, far) => createFanoutPathInfoService([near, far], { quorum: 1, report })],
])("%s over a first part with faults", (_name, create) => {
  it.each<[string, Faults]>([
    ["is down", { isDown: true }],
    ["takes too long", { timeOuts: 1 }],
    ["is damaged", { damages: 1 }],
  ])("reads from the second where the first %s", async (_what, faults) => {
    const service = create(createFaulty(await holding(one), { ...faults }), await holding(one));
    expect((await service.get(one.storePath.digest))?.storePath.name).toBe("one");
  });

  it("heals what is damaged in the first", async () => {
    const first = createMemory();
    const service = create(createFaulty(first, { damages: 1 }), await holding(one));
    await service.get(one.storePath.digest);
    expect(await first.get(one.storePath.digest)).toBeDefined();
  });
});

describe("createFanoutPathInfoService()", () => {
  it("refuses what too few parts take", async () => {
    const parts = [createMemory(), createFaulty(createMemory(), { isDown: true })];
    await expect(createFanoutPathInfoService(parts, { quorum: 2, report }).put(one)).rejects.toThrow(
      `Cannot put path info ${one.storePath}: 1 of 2 parts took it, not 2 (Cannot reach the part: it is down)`,
    );
  });

  it("lists all with fewer parts down than the quorum, and refuses to with as many", async () => {
    const faults: Faults = {};
    const parts = [createFaulty(createMemory(), faults), createMemory(), createMemory()];
    const fanout = createFanoutPathInfoService(parts, { quorum: 2, report });
    await fanout.put(one);
    await fanout.put(two);
    faults.isDown = true;
    expect(await names(fanout)).toEqual(["one", "two"]);
    expect(await fanout.get(new Uint8Array(20))).toBeUndefined();
    const less = createFanoutPathInfoService(parts, { quorum: 1, report });
    await expect(names(less)).rejects.toMatchObject({ code: "unavailable" });
    await expect(less.get(new Uint8Array(20))).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("createReadonlyPathInfoService()", () => {
  it("reads and lists what is there, and refuses to write", async () => {
    const service = createReadonlyPathInfoService(await holding(one));
    expect(await names(service)).toEqual(["one"]);
    await expect(service.put(two)).rejects.toMatchObject({ code: "permission-denied" });
  });
});
