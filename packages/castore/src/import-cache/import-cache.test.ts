import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rename, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import type { CastoreServices } from "../castore-services.ts";
import { createFileSystemView } from "../file-system-view.ts";
import { importTree } from "../import-tree.ts";
import type { ImportProgress } from "../ingest/import-progress.ts";
import { makeTree } from "../testing/make-tree.ts";
import { openMemoryCastore } from "../testing/memory-castore.ts";
import { type FileStamp, stampOf } from "./file-stamp.ts";
import { openImportCache } from "./import-cache.ts";

const root = await mkdtemp(join(tmpdir(), "import-cache-"));
afterAll(() => rm(root, { recursive: true, force: true }));

let path: string;
let cachePath: string;
beforeEach(async () => {
  path = await mkdtemp(join(root, "tree-"));
  cachePath = join(await mkdtemp(join(root, "cache-")), "below", "imports.lmdb");
});

const stampAt = async (file: string): Promise<FileStamp> => stampOf(await stat(file, { bigint: true }));
/** As if it had rested: tests don't wait. */
const settled = (stamp: FileStamp): FileStamp => ({ ...stamp, isSettled: true });

describe("openImportCache()", () => {
  it("knows a file again as long as nothing of it changed, over a restart", async () => {
    const file = join(path, "file");
    await writeFile(file, "one");
    const digest = hashB3(await readFile(file));
    {
      await using cache = openImportCache(cachePath);
      expect(cache.get(await stampAt(file))).toBeUndefined();
      cache.put(settled(await stampAt(file)), digest);
    }
    await using cache = openImportCache(cachePath);
    expect(cache.get(await stampAt(file))?.hex).toBe(digest.hex);
    const { atime, mtime } = await stat(file);
    const changes: Record<string, () => Promise<unknown>> = {
      "other contents of that size, with the times set back": async () => {
        await writeFile(file, "two");
        await utimes(file, atime, mtime);
      },
      "another mode": () => chmod(file, 0o755),
      "another size": () => truncate(file, 2),
      "another file in its place": async () => {
        await writeFile(`${file}.new`, "one");
        await rename(`${file}.new`, file);
      },
    };
    for (const [name, change] of Object.entries(changes)) {
      {
        await using writing = openImportCache(cachePath);
        writing.put(settled(await stampAt(file)), digest);
      }
      expect(cache.get(await stampAt(file))?.hex, name).toBe(digest.hex);
      await change();
      expect(cache.get(await stampAt(file)), name).toBeUndefined();
    }
  });

  it("remembers nothing of a file that has changed only just now", async () => {
    const file = join(path, "file");
    await writeFile(file, "one");
    const cache = openImportCache(cachePath);
    const stamp = await stampAt(file);
    expect(stamp.isSettled).toBe(false);
    cache.put(stamp, hashB3(await readFile(file)));
    await cache[Symbol.asyncDispose]();
    await using again = openImportCache(cachePath);
    expect(again.get(stamp)).toBeUndefined();
  });

  it("begins anew where its file is damaged", async () => {
    const file = join(path, "file");
    await writeFile(file, "one");
    const stamp = settled(await stampAt(file));
    const digest = hashB3(await readFile(file));
    {
      await using cache = openImportCache(cachePath);
      cache.put(stamp, digest);
    }
    await writeFile(cachePath, randomBytes(100_000));
    await using cache = openImportCache(cachePath);
    expect(cache.get(stamp)).toBeUndefined();
    cache.put(stamp, digest);
  });
});

describe("importTree() with a cache", () => {
  /** As `openImportCache`, of files that needn't have rested; tells which it knew. */
  async function importWith(services: CastoreServices) {
    await using kept = openImportCache(cachePath);
    let known = 0;
    let progress: ImportProgress | undefined;
    const node = await importTree(path, services, {
      onProgress(now) {
        progress = now;
      },
      cache: {
        get(stamp) {
          const digest = kept.get(stamp);
          if (digest) known += 1;
          return digest;
        },
        put: (stamp, digest) => kept.put(settled(stamp), digest),
        [Symbol.asyncDispose]: async () => undefined,
      },
    });
    return { node, known, progress };
  }

  it("reads nothing that is unchanged, and answers the same", async () => {
    await makeTree(path);
    const services = openMemoryCastore();
    const first = await importWith(services);
    const second = await importWith(services);
    expect(first.known).toBe(0);
    expect(second.known).toBeGreaterThan(8);
    expect(second.node).toEqual(first.node);
    expect(second.progress).toMatchObject({ entries: first.progress?.entries, bytes: first.progress?.bytes });
    expect(second.progress?.uploadedBytes).toBe(0);
    expect(await importTree(path, services)).toEqual(first.node);
  });

  it("reads what another store lacks", async () => {
    await makeTree(path);
    const first = await importWith(openMemoryCastore());
    const services = openMemoryCastore();
    const second = await importWith(services);
    expect(second.node).toEqual(first.node);
    expect(second.progress?.uploadedBytes).toBe(first.progress?.uploadedBytes);
    const large = await createFileSystemView(services).lookup(second.node, "large");
    expect(large?.kind === "file" && (await services.blobs.has(large.digest))).toBe(true);
  });

  it("sees a change of one file, and a change of mode", async () => {
    await makeTree(path);
    const services = openMemoryCastore();
    const first = await importWith(services);
    await writeFile(join(path, "large"), "now small");
    await chmod(join(path, "deep/same/file"), 0o755);
    const second = await importWith(services);
    expect(second.node).not.toEqual(first.node);
    expect(second.node).toEqual(await importTree(path, services));
  });
});
