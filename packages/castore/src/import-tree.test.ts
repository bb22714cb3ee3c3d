import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hashB3 } from "./b3-hasher.ts";
import type { BlobService } from "./blob-service/blob-service.ts";
import type { CastoreServices } from "./castore-services.ts";
import { Directory } from "./directory.ts";
import { createFileSystemView } from "./file-system-view.ts";
import { Scan } from "./import-scan.ts";
import { importTree } from "./import-tree.ts";
import type { ImportProgress } from "./ingest/import-progress.ts";
import type { Node } from "./node.ts";
import { makeRoot, makeTree, strangeName } from "./testing/make-tree.ts";
import { openMemoryCastore } from "./testing/memory-castore.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const root = await makeRoot();
afterAll(() => root.remove());

let services: CastoreServices;
let path: string;
beforeEach(async () => {
  services = openMemoryCastore();
  path = await mkdtemp(join(root.path, "tree-"));
});

describe("importTree()", () => {
  it("answers a file's node, executable by its owner's bit alone", async () => {
    const file = join(path, "file");
    await writeFile(file, "hello", { mode: 0o644 });
    const plain: Node = { kind: "file", digest: hashB3(bytes("hello")), size: 5n, executable: false };
    expect(await importTree(file, services)).toEqual(plain);
    await chmod(file, 0o655);
    expect(await importTree(file, services)).toEqual(plain);
    await chmod(file, 0o744);
    expect(await importTree(file, services)).toEqual({ ...plain, executable: true });
    expect(await services.blobs.has(plain.digest)).toBe(true);
  });

  it("answers a symbolic link's target, and follows none", async () => {
    await symlink("/nix/store", join(path, "link"));
    expect(await importTree(join(path, "link"), services)).toEqual({ kind: "symlink", target: bytes("/nix/store") });
  });

  it("imports an empty directory", async () => {
    expect(await importTree(path, services)).toEqual(Directory.empty.toNode());
  });

  it("stores everything below, whatever its name", async () => {
    await makeTree(path);
    const node = await importTree(Buffer.from(path), services);
    expect(node).toMatchObject({ kind: "directory", size: 17n });
    const view = createFileSystemView(services);
    const walked = await Array.fromAsync(view.walk(node));
    expect(walked).toHaveLength(18);
    const strange = await view.lookup(node, strangeName);
    expect(strange).toMatchObject({ kind: "file", size: 12n });
    expect(await view.lookup(node, "to-directory/er")).toBeUndefined();
  });

  it("leaves out what the filter refuses, and doesn't look at it", async () => {
    await makeTree(path);
    execFileSync("mkfifo", [join(path, "deep/fifo")]);
    const asked: string[] = [];
    const filter = (below: Uint8Array): boolean => {
      asked.push(Buffer.from(below).toString("latin1"));
      return !["deep/fifo", "deep/er", "large"].includes(asked.at(-1) as string);
    };
    const node = await importTree(path, services, { filter });
    const view = createFileSystemView(services);
    expect(await view.lookup(node, "large")).toBeUndefined();
    expect(await view.lookup(node, "deep/er")).toBeUndefined();
    expect(await view.lookup(node, "deep/same/file")).toBeDefined();
    expect(asked).toContain("deep/same/file");
    expect(asked).not.toContain("deep/er/still");
  });

  it("uploads nothing a second time, and tells so", async () => {
    await makeTree(path);
    let progress: ImportProgress | undefined;
    const onProgress = (now: ImportProgress): void => {
      progress = now;
    };
    const first = await importTree(path, services, { onProgress });
    expect(progress?.entries).toBe(18);
    expect(progress?.uploadedBytes).toBeGreaterThan(3_000_000);
    const second = await importTree(path, services, { onProgress });
    expect(second).toEqual(first);
    expect(progress).toMatchObject({ entries: 18, underWayBytes: 0, uploadedBytes: 0 });
  });

  it("refuses a FIFO and a socket with their paths, and stores no directory", async () => {
    execFileSync("mkfifo", [join(path, "fifo")]);
    await expect(importTree(path, services)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `Cannot import "${path}/fifo": it is a FIFO`,
    });
    await expect(importTree(join(path, "fifo"), services)).rejects.toThrow("it is a FIFO");
  });

  it("names what isn't there", async () => {
    await expect(importTree(join(path, "absent"), services)).rejects.toMatchObject({
      code: "not-found",
      message: `Cannot import "${path}/absent": there is no such file`,
    });
  });

  it("names a file that vanishes meanwhile", async () => {
    for (let index = 0; index < 200; index += 1) await writeFile(join(path, `file${index}`), String(index));
    const onProgress = ({ entries }: ImportProgress): void => {
      if (entries === 1) execFileSync("find", [path, "-name", "file*", "-delete"]);
    };
    await expect(importTree(path, services, { onProgress })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining(`Cannot import "${path}/file`),
    });
  });

  it.skipIf(process.getuid?.() === 0)("names a file that can't be read", async () => {
    await writeFile(join(path, "secret"), "x", { mode: 0 });
    await expect(importTree(path, services)).rejects.toMatchObject({
      code: "permission-denied",
      message: expect.stringContaining(`${path}/secret`),
    });
  });

  it.for([100, 3_000_000])("refuses a file of %i bytes that changes while it is read", async (sizeBytes) => {
    const file = join(path, "file");
    await writeFile(file, Buffer.alloc(sizeBytes, "old"));
    const real = services.blobs;
    let changes = 1;
    const change = (): void => {
      if (changes-- > 0) appendFileSync(file, "new");
    };
    const blobs: BlobService = {
      ...real,
      has: (digest, options) => {
        change();
        return real.has(digest, options);
      },
    };
    const imported = importTree(file, { ...services, blobs });
    if (sizeBytes < 1_000_000) expect(await imported).toMatchObject({ size: 100n });
    else
      await expect(imported).rejects.toMatchObject({
        code: "failed-precondition",
        message: `Cannot import "${file}": it changed while it was read`,
      });
  });

  it("refuses a file that holds something else than its size says", async () => {
    // What a process was called with can be read, but has no size.
    await expect(importTree("/proc/self/cmdline", services)).rejects.toThrow("it changed while it was read");
    expect(new Scan().run([{ kind: "read", path: "/proc/self/cmdline" }]).outcomes).toEqual([{ kind: "changed" }]);
  });

  it("stops with the store's own error", async () => {
    await makeTree(path);
    const full = new Error("full");
    const fail = () => Promise.reject(full);
    const blobs: BlobService = { ...services.blobs, openWrite: fail, putMany: undefined };
    await expect(importTree(path, { ...services, blobs })).rejects.toBe(full);
  });

  it("imports thousands of files as it does few", async () => {
    for (let folder = 0; folder < 40; folder += 1) {
      const below = join(path, `folder${folder}`);
      await mkdir(below);
      for (let index = 0; index < 50; index += 1)
        await writeFile(join(below, `file${index}`), `content ${folder % 7} ${index}`, {
          mode: index % 2 ? 0o755 : 0o644,
        });
    }
    const node = await importTree(path, services);
    expect(node).toMatchObject({ kind: "directory", size: 2040n });
    const view = createFileSystemView(services);
    for (const [folder, index] of [
      [0, 0],
      [17, 31],
      [39, 49],
    ] as const) {
      const file = await view.lookup(node, `folder${folder}/file${index}`);
      if (file?.kind !== "file") throw new Error("it is no file");
      expect(Buffer.concat(await Array.fromAsync(view.read(file))).toString()).toBe(`content ${folder % 7} ${index}`);
      expect(file.executable).toBe(index % 2 === 1);
    }
  });

  it("stops when it is aborted", async () => {
    await makeTree(path);
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (): void => controller.abort(reason);
    await expect(importTree(path, services, { signal: controller.signal, onProgress })).rejects.toBe(reason);
  });
});
