import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type B3Digest,
  type BlobService,
  blobServiceKind,
  type CastoreServices,
  Directory,
  type DirectoryService,
  directoryServiceKind,
  hashB3,
} from "@tvix-mesh/castore";
import { Composition, type ServiceError, type ServiceKind } from "@tvix-mesh/service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examplePathInfo } from "./path-info-service/conformance.ts";
import type { PathInfoService } from "./path-info-service/path-info-service.ts";
import { pathInfoServiceKind } from "./path-info-service/path-info-service-kind.ts";
import { verifyStore } from "./verify-store.ts";

const root = await mkdtemp(join(tmpdir(), "corruption-"));
afterAll(() => rm(root, { recursive: true, force: true }));

/** Numbers that look random and are the same in each run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function sample(lengthBytes: number): Uint8Array {
  const random = createRandom(lengthBytes);
  return new Uint8Array(lengthBytes).map(() => random(256));
}

interface Store extends CastoreServices {
  readonly pathInfos: PathInfoService;
  readonly reports: string[];
}

async function open(instances: Readonly<Record<string, unknown>>): Promise<Store> {
  const reports: string[] = [];
  const report = (message: string): void => void reports.push(message);
  const resolve = <Service extends object>({ section, backends }: ServiceKind<Service>): Promise<Service> =>
    new Composition<Service>({ kind: section, backends, instances, report }).resolve("root");
  return {
    blobs: await resolve(blobServiceKind),
    directories: await resolve(directoryServiceKind),
    pathInfos: await resolve(pathInfoServiceKind),
    reports,
  };
}

const files = (path: string) => ({ type: "objectstore", address: `file://${path}` });

async function putBlob(blobs: BlobService, bytes: Uint8Array): Promise<B3Digest> {
  await using writer = await blobs.openWrite();
  await writer.write(bytes);
  return await writer.close();
}

async function putDirectories(service: DirectoryService, directories: readonly Directory[]): Promise<void> {
  await using putter = await service.openPutter();
  for (const directory of directories) await putter.put(directory);
  await putter.close();
}

const blobs = [10, 500, 20_000, 600_000].map(sample);
const leaf = Directory.of(
  blobs.map((blob, index) => ({
    name: Buffer.from(`file-${index}`),
    node: { kind: "file" as const, digest: hashB3(blob), size: BigInt(blob.length), executable: false },
  })),
);
const middle = Directory.of([{ name: Buffer.from("leaf"), node: leaf.toNode() }]);
const top = Directory.of([
  { name: Buffer.from("middle"), node: middle.toNode() },
  { name: Buffer.from("leaf"), node: leaf.toNode() },
]);
const closure = [leaf, middle, top];
const pathInfos = ["one", "two"].map((name) => examplePathInfo(name, { node: top.toNode() }));

async function fill(store: Store): Promise<void> {
  for (const blob of blobs) await putBlob(store.blobs, blob);
  await putDirectories(store.directories, closure);
  for (const pathInfo of pathInfos) await store.pathInfos.put(pathInfo);
}

async function objectsBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const objects = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return objects.map((object) => object.slice(path.length + 1)).sort();
}

type Damage = (value: Buffer, random: (below: number) => number, other: Buffer) => Buffer;

const damages: Readonly<Record<string, Damage>> = {
  "a bit flipped": (value, random) => {
    const at = random(value.length);
    return Buffer.from(value.with(at, (value[at] as number) ^ (1 << random(8))));
  },
  "cut short": (value, random) => value.subarray(0, random(value.length)),
  "another object in its place": (_value, _random, other) => other,
  "bytes appended": (value, random) => Buffer.concat([value, sample(1 + random(50))]),
  "a byte taken out": (value, random) => {
    const at = random(value.length);
    return Buffer.concat([value.subarray(0, at), value.subarray(at + 1)]);
  },
  "zeros at its end": (value, random) => Buffer.from(value).fill(0, random(value.length)),
};

/** Reads all that is in the store. What can't be had counts as refused; what is wrong fails the test. */
async function readEverything(store: Store): Promise<number> {
  let refused = 0;
  const attempt = async (what: string, read: () => Promise<string | undefined>, expected: string): Promise<void> => {
    const outcome = await read().catch((error: ServiceError) => {
      expect(error.code, what).toBe("data-loss");
      return undefined;
    });
    if (outcome === undefined) refused += 1;
    else expect(outcome, what).toBe(expected);
  };
  for (const blob of blobs) {
    const digest = hashB3(blob);
    const read = async (): Promise<string | undefined> => {
      const reader = await store.blobs.openRead(digest);
      return reader && hashB3(Buffer.concat(await Array.fromAsync(reader.read()))).hex;
    };
    await attempt(`blob of ${blob.length} bytes`, read, digest.hex);
  }
  const readClosure = async (): Promise<string | undefined> => {
    const directories = await Array.fromAsync(store.directories.getRecursive(top.digest));
    return directories.length === 0
      ? undefined
      : directories
          .map(({ digest }) => digest.hex)
          .sort()
          .join();
  };
  await attempt(
    "closure",
    readClosure,
    closure
      .map(({ digest }) => digest.hex)
      .sort()
      .join(),
  );
  for (const { digest } of closure)
    await attempt("directory", async () => (await store.directories.get(digest))?.digest.hex, digest.hex);
  for (const pathInfo of pathInfos) {
    const describePathInfo = (value: typeof pathInfo): string =>
      [value.storePath.baseName, value.narSizeBytes, Buffer.from(value.narSha256).toString("hex")].join();
    const read = async (): Promise<string | undefined> => {
      const got = await store.pathInfos.get(pathInfo.storePath.digest);
      return got && describePathInfo(got);
    };
    await attempt("path info", read, describePathInfo(pathInfo));
  }
  return refused;
}

describe("a store in files of which one is damaged", () => {
  const path = join(root, "store");
  const clean = join(root, "clean");
  const second = join(root, "second");
  let objects: readonly string[];
  beforeAll(async () => {
    for (const place of [path, clean, second]) await fill(await open({ root: files(place) }));
    objects = await objectsBelow(clean);
  });

  async function damage(number: number): Promise<{ readonly object: string; readonly what: string }> {
    const random = createRandom(number);
    const object = objects[random(objects.length)] as string;
    const other = objects[random(objects.length)] as string;
    const names = Object.keys(damages);
    const name = names[number % names.length] as string;
    const value = await readFile(join(clean, object));
    const damaged = (damages[name] as Damage)(value, random, await readFile(join(clean, other)));
    await writeFile(join(path, object), damaged);
    return { object, what: `${name} in ${object} (${number})` };
  }

  /** Makes the store what it was. */
  async function restore(damaged?: string): Promise<void> {
    await rm(join(path, "damaged"), { recursive: true, force: true });
    const there = new Set(await objectsBelow(path));
    for (const object of objects.filter((each) => each === damaged || !there.has(each))) {
      const file = join(path, object);
      await mkdir(dirname(file), { recursive: true });
      await copyFile(join(clean, object), file);
    }
  }

  it("serves no wrong byte: 500 random corruptions are refused or do no harm", async () => {
    let refusals = 0;
    for (let number = 0; number < 500; number += 1) {
      const { object, what } = await damage(number);
      const store = await open({ root: files(path) });
      const refused = await readEverything(store);
      if (refused > 0) refusals += 1;
      // What was refused was set aside: nothing is damaged any more, some things are missing.
      const again = await readEverything(await open({ root: files(path) }));
      expect(again, what).toBeGreaterThanOrEqual(refused > 0 ? 1 : 0);
      if (refused > 0) expect(store.reports.join("\n"), what).toContain("is damaged and was set aside");
      await restore(object);
    }
    expect(refusals).toBeGreaterThan(250);
  }, 300_000);

  it.each([
    ["cache", { root: { type: "cache", near: "near", far: "far", absent_for_ms: 0 } }],
    ["combined", { root: { type: "combined", near: "near", far: "far" } }],
    ["fanout", { root: { type: "fanout", to: ["near", "far"] } }],
  ])(
    "heals 170 random corruptions each with a second copy: %s",
    async (type, instances) => {
      for (let number = 1000; number < 1170; number += 1) {
        const { object, what } = await damage(number);
        const composed = await open({ ...instances, near: files(path), far: files(second) });
        expect(await readEverything(composed), `${type}: ${what}`).toBe(0);
        const alone = await open({ root: files(path) });
        expect(await readEverything(alone), `${type}: ${what}`).toBe(0);
        await restore(object);
      }
    },
    300_000,
  );

  it("is found out by verifyStore(), which goes on", async () => {
    const large = hashB3(blobs.at(-1) as Uint8Array).hex;
    await writeFile(join(path, `blobs/b3/${large.slice(0, 4)}/${large}`), "\0no list");
    const small = hashB3(blobs[0] as Uint8Array).hex;
    await rm(join(path, `chunks/b3/${small.slice(0, 4)}/${small}`));
    const store = await open({ root: files(path) });
    const problems: string[] = [];
    const counts = await verifyStore(store.pathInfos, store, {
      onProblem: ({ pathInfo, reason }) => void problems.push(`${pathInfo.storePath.name}: ${reason}`),
    });
    expect(counts).toMatchObject({ pathCount: 2, directoryCount: 3, blobCount: blobs.length, problemCount: 2 });
    expect(problems.join("\n")).toContain(`Cannot read blob b3:${small}: `);
    expect(problems.join("\n")).toContain(`Cannot read the chunk list of blob b3:${large}: it is damaged`);
    await restore();
    const clean = await open({ root: files(path) });
    const verification = verifyStore(clean.pathInfos, clean, { onProblem: ({ reason }) => expect.fail(reason) });
    expect((await verification).problemCount).toBe(0);
  });

  it("takes what was set aside again, from whoever has it", async () => {
    for (let number = 2000; number < 2050; number += 1) {
      const { object, what } = await damage(number);
      const store = await open({ root: files(path) });
      await readEverything(store);
      await fill(store);
      expect(await readEverything(await open({ root: files(path) })), what).toBe(0);
      await restore(object);
    }
  }, 120_000);
});
