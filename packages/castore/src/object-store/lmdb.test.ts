import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
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
    const value = new Uint8Array(1000).map((_, index) => (index * 7) % 256);
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
          const more = store.put(`more/${again}`, new Uint8Array(sizeBytes));
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
      for (const key of acknowledged.slice(10)) await store.put(key, new Uint8Array(sizeBytes));
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
      await store.put(`n/${number}`, new Uint8Array(sizeBytes).fill(number % 251));
      acknowledged.push(`n/${number}`);
    } catch (error) {
      if (!ServiceError.is(error)) throw error;
      return { acknowledged, error };
    }
  }
}
