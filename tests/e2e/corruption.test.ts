import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import {
  bindBlobService,
  bindDirectoryService,
  createBlobServiceClient,
  createCachingBlobService,
  createCachingDirectoryService,
  createDirectoryServiceClient,
} from "@tvix-mesh/castore";
import {
  bindPathInfoService,
  createCachingPathInfoService,
  createPathInfoServiceClient,
  narCalculationOf,
} from "@tvix-mesh/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanEnvironment } from "./testing/daemon-process.ts";
import { lies } from "./testing/lies.ts";
import { type LyingServer, startLyingServer } from "./testing/lying-server.ts";
import { createRandom, pick, type Random, randomBytes } from "./testing/random.ts";
import { instancesOf, type ReadAnswer, type ReadRequest } from "./testing/read-damaged-store.ts";
import {
  fill,
  openTestStore,
  type ReadOutcome,
  readContents,
  readVerified,
  type TestStore,
} from "./testing/store-contents.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";

/** Says what a failed run damaged: CORRUPTION_SEED=… repeats it, and another one damages other places. */
const seed = Number(process.env.CORRUPTION_SEED ?? 20);
const counts = { files: 400, embedded: 300, wire: 300 };

const folder = makeTemporaryDirectory("corruption");
afterAll(() => folder[Symbol.dispose]());

/** What became of the corruptions. */
class Tally {
  readonly refused: string[] = [];
  readonly healed: string[] = [];
  /** All could be had though nothing was done about it: bytes that nothing needs, or that another object has too. */
  readonly harmless: string[] = [];

  print(place: string): void {
    const { refused, healed, harmless } = this;
    const numbers = `${refused.length} refused, ${healed.length} healed, ${harmless.length} harmless, none served`;
    console.info(`Corruptions ${place}, seed ${seed}: ${numbers}`);
  }
}

type Damage = (value: Buffer, random: Random, other: Buffer) => Buffer;

const damages: Readonly<Record<string, Damage>> = {
  "a bit flipped": (value, random) => {
    const at = random(value.length);
    return Buffer.from(value.with(at, (value[at] ?? 0) ^ (1 << random(8))));
  },
  "cut short": (value, random) => value.subarray(0, random(value.length)),
  "another object in its place": (_value, _random, other) => other,
  "bytes appended": (value, random) => Buffer.concat([value, randomBytes(random, 1 + random(50))]),
  "a byte taken out": (value, random) => {
    const at = random(value.length);
    return Buffer.concat([value.subarray(0, at), value.subarray(at + 1)]);
  },
  "zeros at its end": (value, random) => Buffer.from(value).fill(0, random(value.length)),
  "two parts exchanged": (value, random) => {
    const at = random(value.length);
    return Buffer.concat([value.subarray(at), value.subarray(0, at)]);
  },
};

async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(path.length + 1)).sort();
}

const combinators = ["cache", "combined", "fanout"] as const;

describe("files in Tvix's layout", () => {
  const [path, clean, second] = ["files", "files-clean", "files-second"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  const inFiles = (place: string): object => ({ type: "objectstore", address: `file://${place}` });
  let objects: readonly string[];
  beforeAll(async () => {
    for (const place of [path, clean, second]) {
      await using store = await openTestStore(() => ({ root: inFiles(place) }) as Record<string, unknown>);
      await fill(store);
    }
    objects = await filesBelow(clean);
  });

  /** Makes the store what it was. */
  async function restore(damaged: string): Promise<void> {
    await rm(join(path, "damaged"), { recursive: true, force: true });
    const there = new Set(await filesBelow(path));
    for (const object of objects.filter((each) => each === damaged || !there.has(each))) {
      await mkdir(dirname(join(path, object)), { recursive: true });
      await copyFile(join(clean, object), join(path, object));
    }
  }

  async function read(request: ReadRequest): Promise<ReadOutcome & { readonly reports: readonly string[] }> {
    await using store = await openTestStore(instancesOf(request, inFiles));
    return { ...(await readContents(store)), reports: store.reports };
  }

  test(`${counts.files} corruptions are refused, or healed from a second copy`, { timeout: 600_000 }, async () => {
    const tally = new Tally();
    for (let number = 0; number < counts.files; number += 1) {
      const random = createRandom(seed * 1000 + number);
      const object = pick(random, objects);
      const [name, damage] = pick(random, Object.entries(damages));
      const what = `${name}, ${object} (seed ${seed}, number ${number})`;
      const value = await readFile(join(clean, object));
      await writeFile(join(path, object), damage(value, random, await readFile(join(clean, pick(random, objects)))));
      const type = number % 2 === 0 ? undefined : pick(random, combinators);
      const outcome = await read(type ? { path, second: { path: second, type } } : { path });
      expect(outcome.wrong, what).toEqual([]);
      const isSetAside = outcome.reports.some((report) => report.includes("is damaged and was set aside"));
      if (type) {
        expect(outcome.refused, what).toEqual([]);
        // What one copy lacked, it has again.
        expect(await read({ path }), what).toMatchObject({ refused: [], wrong: [] });
        (isSetAside ? tally.healed : tally.harmless).push(what);
      } else if (outcome.refused.length === 0) tally.harmless.push(what);
      else {
        expect(isSetAside, what).toBe(true);
        tally.refused.push(what);
      }
      await restore(object);
    }
    tally.print("in files");
    expect(tally.refused.length).toBeGreaterThan(counts.files / 5);
    expect(tally.healed.length).toBeGreaterThan(counts.files / 5);
    expect(tally.harmless.length).toBeGreaterThan(0);
  });
});

const pageBytes = 4096;

const pageDamages: Readonly<Record<string, (index: Buffer, random: Random) => Buffer>> = {
  "a bit flipped": (index, random) => {
    const at = random(index.length);
    index[at] = (index[at] ?? 0) ^ (1 << random(8));
    return index;
  },
  "a page of zeros": (index, random) => {
    const at = random(index.length / pageBytes) * pageBytes;
    return index.fill(0, at, at + pageBytes);
  },
  "a page of garbage": (index, random) => {
    const at = random(index.length / pageBytes) * pageBytes;
    index.set(randomBytes(random, pageBytes), at);
    return index;
  },
  "two pages exchanged": (index, random) => {
    const [one, other] = [0, 1].map(() => random(index.length / pageBytes) * pageBytes) as [number, number];
    const page = Buffer.from(index.subarray(one, one + pageBytes));
    index.copy(index, one, other, other + pageBytes);
    index.set(page, other);
    return index;
  },
  "cut short": (index, random) => index.subarray(0, random(index.length)),
};

describe("the embedded store", () => {
  const [path, clean, second] = ["lmdb", "lmdb-clean", "lmdb-second"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  let files: readonly string[];
  let reader: ChildProcess | undefined;
  afterAll(async () => {
    if (!reader || reader.exitCode !== null || reader.signalCode !== null) return;
    reader.disconnect();
    await once(reader, "exit");
  });
  beforeAll(async () => {
    for (const place of [clean, second]) {
      await using store = await openTestStore((service) => ({ root: { type: "lmdb", path: join(place, service) } }));
      await fill(store);
    }
    files = (await filesBelow(clean)).filter((file) => !file.endsWith("-lock"));
  });

  /** In a process of its own, so that one that LMDB ends is noticed. */
  async function read(request: ReadRequest): Promise<ReadAnswer> {
    if (!reader || reader.exitCode !== null || reader.signalCode !== null)
      reader = spawn(process.execPath, [join(import.meta.dirname, "testing/read-damaged-store.ts")], {
        env: cleanEnvironment(),
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
    const child = reader;
    const ended = new AbortController();
    try {
      const answered = once(child, "message", { signal: ended.signal }).then(([answer]) => answer as ReadAnswer);
      const exited = once(child, "exit", { signal: ended.signal }).then(([code, signal]) => {
        throw new Error(`reading ended the process with ${signal ?? code}`);
      });
      const hung = delay(20_000, undefined, { signal: ended.signal }).then(() => {
        child.kill("SIGKILL");
        throw new Error("reading does not end");
      });
      for (const outcome of [answered, exited, hung]) outcome.catch(() => undefined);
      child.send(request);
      return await Promise.race([answered, exited, hung]);
    } finally {
      ended.abort();
    }
  }

  test(`${counts.embedded} corruptions are refused, or healed from a second copy`, { timeout: 600_000 }, async () => {
    const tally = new Tally();
    let unopenedCount = 0;
    for (let number = 0; number < counts.embedded; number += 1) {
      const random = createRandom(seed * 1000 + number);
      await rm(path, { recursive: true, force: true });
      await cp(clean, path, { recursive: true });
      const file = pick(random, files);
      const value = await readFile(join(clean, file));
      const isIndex = file.endsWith(".lmdb");
      const [name, damage] = pick(random, Object.entries<Damage>(isIndex ? pageDamages : damages));
      const what = `${name}, ${file} (seed ${seed}, number ${number})`;
      // The end of an index is room that is not in use yet.
      const usedBytes = isIndex
        ? Math.ceil(value.findLastIndex((byte) => byte !== 0) / pageBytes) * pageBytes
        : value.length;
      const other = await readFile(join(clean, pick(random, files)));
      await writeFile(join(path, file), damage(value.subarray(0, usedBytes), random, other));
      const type = number % 2 === 0 ? undefined : pick(random, combinators);
      const answer = await read(type ? { path, second: { path: second, type } } : { path }).catch((cause: unknown) => {
        throw new Error(`Cannot read: ${what}`, { cause });
      });
      if (!answer.opened) {
        expect(answer.reason, what).toMatch(/^Cannot open .*\.lmdb: it is damaged \(/);
        unopenedCount += 1;
        tally.refused.push(what);
        continue;
      }
      expect(answer.wrong, what).toEqual([]);
      if (!type) {
        (answer.refused.length > 0 ? tally.refused : tally.harmless).push(what);
        continue;
      }
      expect(answer.refused, what).toEqual([]);
      const alone = await read({ path });
      expect(alone, what).toMatchObject({ opened: true, wrong: [] });
      tally.healed.push(what);
    }
    tally.print(`in the embedded store (${unopenedCount} of which keep it from being opened)`);
    expect(unopenedCount).toBeGreaterThan(0);
    expect(tally.refused.length).toBeGreaterThan(unopenedCount);
    expect(tally.healed.length).toBeGreaterThan(0);
    expect(tally.harmless.length).toBeGreaterThan(0);
  });
});

describe("a server that lies", () => {
  let intact: TestStore;
  let server: LyingServer;
  beforeAll(async () => {
    intact = await openTestStore(() => ({ root: { type: "memory" } }));
    await fill(intact);
    server = await startLyingServer("liar", [
      ...bindBlobService(intact.blobs),
      ...bindDirectoryService(intact.directories),
      ...bindPathInfoService(intact.pathInfos, narCalculationOf(intact.pathInfos, intact)),
    ]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await intact[Symbol.asyncDispose]();
  });

  test(`${counts.wire} lies are refused, or got over with a second copy`, { timeout: 600_000 }, async () => {
    const tally = new Tally();
    for (let number = 0; number < counts.wire; number += 1) {
      const random = createRandom(seed * 1000 + number);
      const lie = lies[number % lies.length] ?? pick(random, lies);
      const what = `${lie.what} (seed ${seed}, number ${number})`;
      server.tell(lie, random);
      const blobs = createBlobServiceClient(server.channel);
      const directories = createDirectoryServiceClient(server.channel);
      const pathInfos = createPathInfoServiceClient(server.channel);
      const isOfPathInfos = lie.method.startsWith("PathInfoService/");
      const read = isOfPathInfos ? readVerified : readContents;
      const cache = { absentForMs: 0, writes: "near" as const, report: () => undefined };
      const hasSecond = !isOfPathInfos && number % 2 === 1;
      const outcome = await read(
        hasSecond
          ? {
              blobs: createCachingBlobService(blobs, intact.blobs, cache),
              directories: createCachingDirectoryService(directories, intact.directories, cache),
              pathInfos: createCachingPathInfoService(pathInfos, intact.pathInfos, cache),
            }
          : { blobs, directories, pathInfos },
      );
      expect(outcome.wrong, what).toEqual([]);
      if (hasSecond) expect(outcome.refused, what).toEqual([]);
      if (outcome.refused.length > 0) tally.refused.push(what);
      else (hasSecond && server.told > 0 ? tally.healed : tally.harmless).push(what);
    }
    tally.print("on the wire");
    expect(tally.refused.length).toBeGreaterThan(counts.wire / 5);
    expect(tally.healed.length).toBeGreaterThan(counts.wire / 5);
    expect(tally.harmless.length).toBeGreaterThan(0);
  });
});
