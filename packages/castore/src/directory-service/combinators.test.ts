import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Composition, ServiceError } from "@tvix-mesh/service";
import { afterAll, describe, expect, it } from "vitest";
import { Directory } from "../directory.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import { directoryServiceBackends } from "./backends.ts";
import { createCachingDirectoryService } from "./caching.ts";
import { createCombinedDirectoryService } from "./combined.ts";
import { describeDirectoryService } from "./conformance.ts";
import type { DirectoryService } from "./directory-service.ts";
import { createFanoutDirectoryService } from "./fanout.ts";
import { createDirectoryServiceClient } from "./grpc-client.ts";
import { bindDirectoryService } from "./grpc-server.ts";
import { createObjectStoreDirectoryService } from "./object-store-directory-service.ts";
import { putClosure } from "./put-closure.ts";
import { createReadonlyDirectoryService } from "./readonly.ts";
import { createRetryingDirectoryService } from "./retrying.ts";

const root = await mkdtemp(join(tmpdir(), "directory-combinators-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const createMemory = (): DirectoryService => createObjectStoreDirectoryService(createMemoryObjectStore());
const retrySoon = { attempts: 4, pauseMs: 0 };
const report = (): void => undefined;

async function openComposition(
  instances: Readonly<Record<string, unknown>>,
): Promise<DirectoryService & AsyncDisposable> {
  const backends = directoryServiceBackends;
  const composition = new Composition<DirectoryService>({ kind: "directoryservices", backends, instances });
  const service = await composition.resolve("root");
  return { ...service, [Symbol.asyncDispose]: () => composition[Symbol.asyncDispose]() };
}

/** What goes wrong in a service under test. May be changed while it is in use. */
interface Faults {
  isDown?: boolean;
  /** How many of the next calls fail as those of an overloaded server do. */
  timeOuts?: number;
  /** Each closure breaks off after so many directories, with an error of that kind. */
  breaksAfter?: number;
  code?: "unavailable" | "data-loss";
}

function createFaulty(inner: DirectoryService, faults: Faults): DirectoryService {
  const check = (): void => {
    if (faults.isDown) throw new ServiceError("unavailable", "Cannot reach the part: it is down");
    if (!faults.timeOuts) return;
    faults.timeOuts -= 1;
    throw new ServiceError("deadline-exceeded", "Cannot reach the part: it takes too long");
  };
  return {
    async get(digest, options) {
      check();
      return inner.get(digest, options);
    },
    async put(directory, options) {
      check();
      return inner.put(directory, options);
    },
    async *getRecursive(digest, options) {
      check();
      let count = 0;
      for await (const directory of inner.getRecursive(digest, options)) {
        if (count === faults.breaksAfter) {
          delete faults.breaksAfter;
          throw new ServiceError(faults.code ?? "unavailable", "Cannot go on reading: something is missing");
        }
        count += 1;
        yield directory;
      }
    },
    async openPutter(options) {
      check();
      return inner.openPutter(options);
    },
  };
}

const memory = { type: "memory" };
const lmdb = async () => ({ type: "lmdb", path: await mkdtemp(join(root, "lmdb-")) });

describeDirectoryService("cache of memory before lmdb", async () =>
  openComposition({ root: { type: "cache", near: "near", far: "far" }, near: memory, far: await lmdb() }),
);
describeDirectoryService("cache that writes to both", async () =>
  openComposition({ root: { type: "cache", near: "memory://", far: "far", writes: "both" }, far: await lmdb() }),
);
describeDirectoryService("combined", async () =>
  openComposition({ root: { type: "combined", near: "near", far: "far" }, near: memory, far: await lmdb() }),
);
describeDirectoryService("fanout to three", async () =>
  openComposition({ root: { type: "fanout", to: "a,b,c", quorum: 2 }, a: memory, b: await lmdb(), c: memory }),
);
describeDirectoryService("lru", () => openComposition({ root: { type: "lru", capacity: 10_000 } }));
describeDirectoryService("retry", () => openComposition({ root: { type: "retry", inner: "memory://" } }));
describeDirectoryService("grpc to a cache with a remote far", async () => {
  const far = await startLoopbackServer("directory-service", bindDirectoryService(createMemory()));
  const options = { absentForMs: 0, writes: "both" as const, report };
  const cache = createCachingDirectoryService(createMemory(), createDirectoryServiceClient(far.channel), options);
  const server = await startLoopbackServer("directory-service", bindDirectoryService(cache));
  return {
    ...createDirectoryServiceClient(server.channel),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
    },
  };
});
describeDirectoryService("fanout with a part that is down", async () =>
  createFanoutDirectoryService([createFaulty(createMemory(), { isDown: true }), createMemory(), createMemory()], {
    quorum: 2,
    report,
  }),
);
describeDirectoryService("retry of a service that breaks off", async () => {
  const faults: Faults = {};
  const retrying = createRetryingDirectoryService(createFaulty(createMemory(), faults), retrySoon);
  const upset = (): DirectoryService => {
    Object.assign(faults, { timeOuts: 2, breaksAfter: 3 });
    return retrying;
  };
  return {
    get: (digest, options) => upset().get(digest, options),
    put: (directory, options) => upset().put(directory, options),
    getRecursive: (digest, options) => upset().getRecursive(digest, options),
    openPutter: (options) => upset().openPutter(options),
  };
});

const link = (name: string) => ({
  name: Buffer.from(name),
  node: { kind: "symlink" as const, target: Buffer.from("x") },
});
const leaf = Directory.of([link("leaf")]);
const middle = Directory.of([{ name: Buffer.from("sub"), node: leaf.toNode() }]);
const other = Directory.of([link("other")]);
const top = Directory.of([
  { name: Buffer.from("a"), node: middle.toNode() },
  { name: Buffer.from("b"), node: leaf.toNode() },
  { name: Buffer.from("c"), node: other.toNode() },
]);
const closure = [leaf, middle, other, top];

async function filled(): Promise<DirectoryService> {
  const service = createMemory();
  await putClosure(service, closure);
  return service;
}

async function readClosure(service: DirectoryService): Promise<readonly string[]> {
  const directories = await Array.fromAsync(service.getRecursive(top.digest));
  return directories.map(({ digest }) => digest.hex).sort();
}

const allDigests = closure.map(({ digest }) => digest.hex).sort();

describe("createCachingDirectoryService()", () => {
  const options = { absentForMs: 60_000, writes: "near" as const, report };

  it("keeps the whole closure of one directory that was read", async () => {
    const faults: Faults = {};
    const near = createMemory();
    const cache = createCachingDirectoryService(near, createFaulty(await filled(), faults), options);
    await Promise.all(Array.from({ length: 10 }, () => cache.get(top.digest)));
    faults.isDown = true;
    expect(await readClosure(cache)).toEqual(allDigests);
    expect((await cache.get(leaf.digest))?.size).toBe(1n);
    expect(await readClosure(near)).toEqual(allDigests);
  });

  it("keeps a closure that was read", async () => {
    const near = createMemory();
    const cache = createCachingDirectoryService(near, await filled(), options);
    expect(await readClosure(cache)).toEqual(allDigests);
    expect(await readClosure(near)).toEqual(allDigests);
  });

  it("believes for a while that something isn't there, until it is put", async () => {
    const far = createMemory();
    const cache = createCachingDirectoryService(createMemory(), far, { ...options, writes: "both" });
    expect(await cache.get(top.digest)).toBeUndefined();
    await putClosure(far, closure);
    expect(await cache.get(top.digest)).toBeUndefined();
    expect(await readClosure(cache)).toEqual([]);
    await putClosure(cache, closure);
    expect(await readClosure(cache)).toEqual(allDigests);
  });

  it("says that far is down, not that nothing is there", async () => {
    const cache = createCachingDirectoryService(
      createMemory(),
      createFaulty(createMemory(), { isDown: true }),
      options,
    );
    await expect(cache.get(top.digest)).rejects.toMatchObject({ code: "unavailable" });
    await expect(readClosure(cache)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("serves what it can't keep, and says so", async () => {
    const reports: string[] = [];
    const near = createReadonlyDirectoryService(createMemory());
    const cache = createCachingDirectoryService(near, await filled(), {
      ...options,
      report: (message) => void reports.push(message),
    });
    expect(await readClosure(cache)).toEqual(allDigests);
    expect(reports).toEqual(["Cannot put directories: the service is read-only; the directories aren't kept nearby"]);
  });
});

describe.each<[string, (first: DirectoryService, second: DirectoryService) => DirectoryService]>([
  ["cache", (near, far) => createCachingDirectoryService(near, far, { absentForMs: 0, writes: "near", report })],
  ["combined", (near, far) => createCombinedDirectoryService(near, far, { report })],
  ["fanout", (near, far) => createFanoutDirectoryService([near, far], { quorum: 1, report })],
])("%s over a first part with faults", (_name, create) => {
  it.each<[string, Faults]>([
    ["is down", { isDown: true }],
    ["takes too long", { timeOuts: 100 }],
    ["breaks off", { breaksAfter: 2 }],
    ["is damaged", { breaksAfter: 2, code: "data-loss" }],
    ["breaks off at once", { breaksAfter: 0 }],
  ])("reads each directory once where the first %s", async (_what, faults) => {
    const service = create(createFaulty(await filled(), { ...faults }), await filled());
    expect(await readClosure(service)).toEqual(allDigests);
    expect((await service.get(middle.digest))?.size).toBe(2n);
  });

  it("fails where a closure breaks off everywhere", async () => {
    const service = create(createFaulty(await filled(), { breaksAfter: 2 }), createMemory());
    await expect(readClosure(service)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("createFanoutDirectoryService()", () => {
  it("refuses what too few parts take", async () => {
    const parts = [createMemory(), createFaulty(createMemory(), { isDown: true })];
    const fanout = createFanoutDirectoryService(parts, { quorum: 2, report });
    const reason = "1 of 2 parts took it, not 2 (Cannot reach the part: it is down)";
    await expect(putClosure(fanout, closure)).rejects.toThrow(reason);
    await expect(fanout.put(leaf)).rejects.toThrow(reason);
  });

  it("stores a closure again in a part that lost it", async () => {
    const [empty, whole] = [createMemory(), await filled()];
    const fanout = createFanoutDirectoryService([empty, whole], { quorum: 2, report });
    await fanout.get(top.digest);
    expect(await readClosure(empty)).toEqual(allDigests);
  });
});

describe("createReadonlyDirectoryService()", () => {
  it("reads what is there and refuses to write", async () => {
    const service = createReadonlyDirectoryService(await filled());
    expect(await readClosure(service)).toEqual(allDigests);
    await expect(service.put(leaf)).rejects.toMatchObject({ code: "permission-denied" });
    await expect(service.openPutter()).rejects.toMatchObject({ code: "permission-denied" });
  });
});

describe("lru", () => {
  it("has no closure of which it forgot a directory", async () => {
    await using service = await openComposition({ root: { type: "lru", capacity: 3 } });
    for (const directory of closure) await service.put(directory);
    expect(await readClosure(service)).toEqual([]);
    expect((await service.get(top.digest))?.size).toBe(top.size);
  });
});
