import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ServiceError } from "@tvix-mesh/service";
import { afterAll, describe, expect, it } from "vitest";
import { openLmdbObjectStore } from "./lmdb.ts";
import type { ObjectStore } from "./object-store.ts";

const root = await mkdtemp(join(tmpdir(), "lmdb-store-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const newPath = (): Promise<string> => mkdtemp(join(root, "store-"));

/** Puts small and large objects side by side for ever, and prints each key once its put has resolved. */
const putterSource = `
  import { openLmdbObjectStore } from ${JSON.stringify(join(import.meta.dirname, "lmdb.ts"))};
  const [path, name] = process.argv.slice(1);
  const store = await openLmdbObjectStore({ path });
  let next = 0;
  async function lane() {
    for (;;) {
      const number = next++;
      const key = name + "/" + number;
      await store.put(key, new Uint8Array(number % 4 === 0 ? 100_000 : 500).fill(number % 251));
      process.stdout.write(key + "\\n");
    }
  }
  await Promise.all(Array.from({ length: 8 }, lane));
`;

function startPutter(path: string, name: string): ChildProcess {
  const args = ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", putterSource, path, name];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** The keys that the child acknowledged before it was killed, which happens after `count` of them. */
async function killAfter(child: ChildProcess, count: number): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    keys.push(key);
    if (keys.length === count) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return keys;
}

function isIntact(key: string, value: Uint8Array | undefined): boolean {
  const number = Number(key.split("/")[1]);
  return value?.length === (number % 4 === 0 ? 100_000 : 500) && value.every((byte) => byte === number % 251);
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("openLmdbObjectStore()", () => {
  it("has everything that was acknowledged after kill -9, and no leftovers", async () => {
    const path = await newPath();
    for (const round of [1, 2, 3]) {
      const acknowledged = await killAfter(startPutter(path, `round${round}`), 40 * round);
      await using store = await openLmdbObjectStore({ path });
      for (const key of acknowledged) expect(isIntact(key, await store.get(key)), key).toBe(true);
      let largeCount = 0;
      for await (const key of store.list("")) {
        const value = await store.get(key);
        expect(isIntact(key, value), key).toBe(true);
        if (value?.length === 100_000) largeCount += 1;
      }
      expect(await filesBelow(join(path, "drafts"))).toEqual([]);
      expect(await filesBelow(join(path, "files"))).toHaveLength(largeCount);
    }
  });

  it("may be open in several processes that put and read", async () => {
    const path = await newPath();
    const [a, b] = await Promise.all([killAfter(startPutter(path, "a"), 60), killAfter(startPutter(path, "b"), 60)]);
    await using store = await openLmdbObjectStore({ path });
    for (const key of [...a, ...b]) expect(isIntact(key, await store.get(key)), key).toBe(true);
  });

  it("may be open several times in one process, by any path, and be opened while it closes", async () => {
    const path = await newPath();
    const otherPath = join(root, "other-path");
    await symlink(path, otherPath);
    const first = await openLmdbObjectStore({ path });
    const second = await openLmdbObjectStore({ path: otherPath });
    const puts = Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? first : second).put(`each/${index}`, new Uint8Array(200).fill(index)),
    );
    await expect(openLmdbObjectStore({ path, mapSizeBytes: 2 ** 24 })).rejects.toMatchObject({
      code: "failed-precondition",
      message: expect.stringContaining("this process has it open"),
    });
    await Promise.all(puts);
    await first[Symbol.asyncDispose]();
    const closing = second[Symbol.asyncDispose]();
    const [third, fourth] = await Promise.all([openLmdbObjectStore({ path }), openLmdbObjectStore({ path })]);
    await closing;
    await third[Symbol.asyncDispose]();
    for (let index = 0; index < 200; index += 1)
      expect(await fourth.get(`each/${index}`)).toEqual(new Uint8Array(200).fill(index));
    await fourth[Symbol.asyncDispose]();
  });

  it("leaves the drafts of a process that still runs alone", async () => {
    const path = await newPath();
    const child = startPutter(path, "living");
    const opening = (async () => {
      for (let count = 0; count < 5; count += 1) await (await openLmdbObjectStore({ path }))[Symbol.asyncDispose]();
    })();
    const acknowledged = await killAfter(child, 200);
    await opening;
    await using store = await openLmdbObjectStore({ path });
    for (const key of acknowledged) expect(isIntact(key, await store.get(key)), key).toBe(true);
  });

  it("refuses damaged, shortened, exchanged and vanished large objects", async () => {
    const path = await newPath();
    await using store = await openLmdbObjectStore({ path });
    const put = async (key: string): Promise<string> => {
      const before = new Set(await filesBelow(join(path, "files")));
      await store.put(key, new Uint8Array(100_000).fill(key.charCodeAt(0)));
      return (await filesBelow(join(path, "files"))).find((file) => !before.has(file)) as string;
    };
    const flipped = await put("flipped");
    const content = await readFile(flipped);
    content[50_000] = (content[50_000] ?? 0) ^ 1;
    await writeFile(flipped, content);
    const shortened = await put("shortened");
    await writeFile(shortened, (await readFile(shortened)).subarray(0, 99_000));
    const [first, second] = [await put("one"), await put("two")];
    const exchanged = [await readFile(first), await readFile(second)] as const;
    await writeFile(first, exchanged[1]);
    await writeFile(second, exchanged[0]);
    await rm(await put("vanished"));
    for (const key of ["flipped", "shortened", "one", "two", "vanished"])
      await expect(store.get(key)).rejects.toMatchObject({ code: "data-loss" });
  });

  it("refuses a small object whose bytes changed on disk", async () => {
    const path = await newPath();
    const value = randomBytes(1000);
    {
      await using store = await openLmdbObjectStore({ path });
      await store.put("small", value);
    }
    const file = join(path, "index.lmdb");
    const content = await readFile(file);
    let at = content.indexOf(value);
    expect(at).toBeGreaterThan(0);
    for (; at >= 0; at = content.indexOf(value, at + 1)) content[at + 500] = (content[at + 500] ?? 0) ^ 0x10;
    await writeFile(file, content);
    await using store = await openLmdbObjectStore({ path });
    await expect(store.get("small")).rejects.toMatchObject({ code: "data-loss" });
  });

  it("answers resource-exhausted at its size limit, and can still delete and reuse the room", async () => {
    const path = await newPath();
    await using store = await openLmdbObjectStore({ path, mapSizeBytes: 4_000_000 });
    for (let round = 0; round < 2; round += 1) {
      const { acknowledged, error } = await putUntilFull(store, 20_000);
      expect(error.code).toBe("resource-exhausted");
      expect(acknowledged.length).toBeGreaterThan(50);
      expect(await Array.fromAsync(store.list(""))).toEqual(acknowledged.toSorted());
      for (const key of acknowledged) await store.delete(key);
    }
  });

  it.each([
    ["the index", 20_000],
    ["files", 100_000],
  ])("answers resource-exhausted on a full disk and leaves nothing half-written in %s", async (_where, sizeBytes) => {
    const path = await newPath();
    if (!mountSmallFileSystem(path)) return;
    try {
      let acknowledged: readonly string[];
      {
        await using store = await openLmdbObjectStore({ path });
        const outcome = await putUntilFull(store, sizeBytes);
        expect(outcome.error.code).toBe("resource-exhausted");
        for (let again = 0; again < 50; again += 1) {
          const more = store.put(`more/${again}`, randomBytes(sizeBytes));
          await expect(more).rejects.toMatchObject({ code: "resource-exhausted" });
        }
        acknowledged = outcome.acknowledged;
      }
      await using store = await openLmdbObjectStore({ path });
      expect(await Array.fromAsync(store.list(""))).toEqual(acknowledged.toSorted());
      for (const key of acknowledged) expect(await store.get(key), key).toHaveLength(sizeBytes);
      expect(await filesBelow(join(path, "drafts"))).toEqual([]);
      expect(await filesBelow(join(path, "files"))).toHaveLength(sizeBytes > 65_536 ? acknowledged.length : 0);
      for (const key of acknowledged) await store.delete(key);
      for (const key of acknowledged.slice(10)) await store.put(key, randomBytes(sizeBytes));
    } finally {
      execFileSync("umount", ["--lazy", path]);
    }
  });
});

function mountSmallFileSystem(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", path], { stdio: "pipe" });
    return true;
  } catch (error) {
    console.warn(`Not tested on a full disk: ${(error as Error).message}`);
    return false;
  }
}

async function putUntilFull(
  store: ObjectStore,
  sizeBytes: number,
): Promise<{ acknowledged: string[]; error: ServiceError }> {
  const acknowledged: string[] = [];
  for (let number = 0; ; number += 1) {
    try {
      await store.put(`n/${number}`, randomBytes(sizeBytes));
      acknowledged.push(`n/${number}`);
    } catch (error) {
      if (!ServiceError.is(error)) throw error;
      return { acknowledged, error };
    }
  }
}

/** Texts that have much in common with each other. */
const textOf = (number: number): Uint8Array =>
  Buffer.from(
    `{ stdenv, fetchurl }: stdenv.mkDerivation { pname = "package-${number}"; meta.license = "MIT"; }\n`.repeat(4),
  );
const digestKeyOf = (number: number): string => {
  const hex = createHash("sha256").update(String(number)).digest("hex");
  return `chunks/b3/${hex.slice(0, 4)}/${hex}`;
};

describe("packs of openLmdbObjectStore()", () => {
  const count = 4000;
  const keys = Array.from({ length: count }, (_, number) => digestKeyOf(number));

  async function openFilled(path: string): Promise<ObjectStore> {
    const store = await openLmdbObjectStore({ path });
    await Promise.all(keys.map((key, number) => store.put(key, textOf(number))));
    return store;
  }

  async function sizeOnDisk(path: string): Promise<number> {
    const sizes = await Promise.all((await filesBelow(path)).map(async (file) => (await stat(file)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  it("keep small objects that come together in a fraction of their size, and none as a file", async () => {
    const path = await newPath();
    await using store = await openFilled(path);
    const sizeBytes = keys.reduce((sum, _, number) => sum + textOf(number).length, 0);
    expect(await sizeOnDisk(path)).toBeLessThan(2_500_000);
    expect(sizeBytes).toBeGreaterThan(1_400_000);
    expect(await filesBelow(join(path, "files"))).toEqual([]);
    expect(await Array.fromAsync(store.list("chunks/"))).toEqual(keys.toSorted());
    expect(await Array.fromAsync(store.list("chunks/b3/a"))).toEqual(
      keys.filter((key) => key.startsWith("chunks/b3/a")).toSorted(),
    );
  });

  it("give back the room of what is deleted, and keep the rest readable over a restart", async () => {
    const path = await newPath();
    const isKept = (number: number): boolean => number % 5 === 0;
    {
      await using store = await openFilled(path);
      await Promise.all(keys.map((key, number) => (isKept(number) ? undefined : store.delete(key))));
    }
    await using store = await openLmdbObjectStore({ path });
    for (const [number, key] of keys.entries()) {
      const value = await store.get(key);
      if (isKept(number)) expect(Buffer.compare(value as Uint8Array, textOf(number)), key).toBe(0);
      else expect(value, key).toBeUndefined();
    }
    for (const [number, key] of keys.entries()) if (isKept(number)) await store.delete(key);
    expect(await Array.fromAsync(store.list(""))).toEqual([]);
    const before = await sizeOnDisk(path);
    await Promise.all(keys.map((key, number) => store.put(key, textOf(number))));
    expect(await sizeOnDisk(path)).toBeLessThanOrEqual(before + 1_100_000);
  });

  it("let one object be replaced by another, packed and not", async () => {
    const path = await newPath();
    await using store = await openFilled(path);
    const [first, second] = [keys[0] as string, keys[1] as string];
    for (const value of [textOf(7), randomBytes(100_000), Uint8Array.of(1), textOf(9)]) {
      await Promise.all([store.put(first, value), store.put(second, value)]);
      for (const key of [first, second]) expect(Buffer.compare((await store.get(key)) as Uint8Array, value)).toBe(0);
    }
    for (const [number, key] of keys.entries())
      if (number > 1) expect(Buffer.compare((await store.get(key)) as Uint8Array, textOf(number)), key).toBe(0);
  });

  it("answer resource-exhausted on a full disk, lose nothing, and give room back", async () => {
    const path = await newPath();
    if (!mountSmallFileSystem(path)) return;
    try {
      const kept = new Map<string, Uint8Array>();
      for (let round = 0; round < 4; round += 1) {
        await using store = await openLmdbObjectStore({ path });
        const failures: unknown[] = [];
        for (let batch = 0; failures.length === 0; batch += 1)
          await Promise.all(
            Array.from({ length: 150 }, async (_, index) => {
              const key = digestKeyOf(round * 1_000_000 + batch * 1000 + index);
              const value = Buffer.concat([randomBytes(index * 10), textOf(index)]);
              try {
                await store.put(key, value);
                kept.set(key, value);
              } catch (error) {
                failures.push(error);
              }
            }),
          );
        for (const error of failures) expect(error).toMatchObject({ code: "resource-exhausted" });
        expect(await Array.fromAsync(store.list(""))).toEqual([...kept.keys()].toSorted());
        const victims = [...kept.keys()].filter((_, index) => (index * 7) % 10 < 6);
        await Promise.all(victims.map((key) => store.delete(key)));
        for (const key of victims) kept.delete(key);
        for (const [key, value] of kept) expect(Buffer.compare((await store.get(key)) as Uint8Array, value)).toBe(0);
      }
      await using store = await openLmdbObjectStore({ path });
      for (const [key, value] of kept) expect(Buffer.compare((await store.get(key)) as Uint8Array, value)).toBe(0);
      await Promise.all([...kept.keys()].map((key) => store.delete(key)));
      expect(await Array.fromAsync(store.list(""))).toEqual([]);
    } finally {
      execFileSync("umount", ["--lazy", path]);
    }
  });
});
