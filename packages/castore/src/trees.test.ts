import { execFileSync } from "node:child_process";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hashB3 } from "./b3-hasher.ts";
import type { BlobService } from "./blob-service/blob-service.ts";
import { createObjectStoreBlobService } from "./blob-service/object-store-blob-service.ts";
import type { CastoreServices } from "./castore-services.ts";
import { Directory } from "./directory.ts";
import { createObjectStoreDirectoryService } from "./directory-service/object-store-directory-service.ts";
import { exportTree } from "./export-tree.ts";
import { createFileSystemView } from "./file-system-view.ts";
import { type ImportProgress, importTree } from "./import-tree.ts";
import type { Node } from "./node.ts";
import { createMemoryObjectStore } from "./object-store/memory.ts";

const root = await mkdtemp(join(tmpdir(), "trees-"));
afterAll(async () => {
  execFileSync("chmod", ["-R", "u+rwX", root]);
  await rm(root, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const createServices = (): CastoreServices => ({
  blobs: createObjectStoreBlobService(createMemoryObjectStore()),
  directories: createObjectStoreDirectoryService(createMemoryObjectStore()),
});

let services: CastoreServices;
let path: string;
beforeEach(async () => {
  services = createServices();
  path = await mkdtemp(join(root, "tree-"));
});

const strangeName = Buffer.from([0x66, 0xff, 0x80]);
const strangePath = (below: string): Buffer => Buffer.concat([Buffer.from(`${below}/`), strangeName]);

/** One of everything that a tree may hold. */
async function makeTree(below: string): Promise<void> {
  await mkdir(join(below, "empty"));
  await mkdir(join(below, "deep/er/still"), { recursive: true });
  await writeFile(join(below, "deep/er/still/file"), "content");
  await writeFile(join(below, "nothing"), "");
  await writeFile(join(below, "plain"), "twins");
  await writeFile(join(below, "tool"), "twins", { mode: 0o755 });
  await writeFile(join(below, "large"), Buffer.alloc(3_000_000, "0123456789abcdef0"));
  await writeFile(join(below, "x".repeat(255)), "long name");
  await writeFile(strangePath(below), "strange name");
  await symlink("../nowhere/at/all", join(below, "dangling"));
  await symlink("deep", join(below, "to-directory"));
  await mkdir(join(below, "same"));
  await writeFile(join(below, "same/file"), "content");
  await mkdir(join(below, "deep/same"));
  await writeFile(join(below, "deep/same/file"), "content");
}

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
    expect(progress).toMatchObject({ entries: 18, uploadedBytes: 0 });
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

  it("stops with the store's own error", async () => {
    await makeTree(path);
    const full = new Error("full");
    const blobs: BlobService = { ...services.blobs, openWrite: () => Promise.reject(full) };
    await expect(importTree(path, { ...services, blobs })).rejects.toBe(full);
  });

  it("stops when it is aborted", async () => {
    await makeTree(path);
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (): void => controller.abort(reason);
    await expect(importTree(path, services, { signal: controller.signal, onProgress })).rejects.toBe(reason);
  });
});

describe("exportTree()", () => {
  it("writes back what was imported", async () => {
    await makeTree(path);
    const node = await importTree(path, services);
    const copy = join(await mkdtemp(join(root, "copy-")), "tree");
    await exportTree(node, copy, services);
    execFileSync("diff", ["-r", "--no-dereference", path, copy]);
    expect(await importTree(copy, createServices())).toEqual(node);
  });

  it("makes files read-only, with one date for everything", async () => {
    await makeTree(path);
    const copy = join(path, "copy");
    const node = await importTree(path, services);
    await exportTree(node, copy, services, { directoryMode: 0o555 });
    const modes: Record<string, number> = {};
    for (const name of ["plain", "tool", "deep", "deep/er", "dangling", "empty"]) {
      const stats = await lstat(join(copy, name));
      expect(stats.mtimeMs, name).toBe(1000);
      if (!stats.isSymbolicLink()) modes[name] = stats.mode & 0o7777;
    }
    expect(modes).toEqual({ plain: 0o444, tool: 0o555, deep: 0o555, "deep/er": 0o555, empty: 0o555 });
    expect((await lstat(copy)).mtimeMs).toBe(1000);
  });

  it("writes a single file and a single link", async () => {
    await writeFile(join(path, "file"), "alone");
    await exportTree(await importTree(join(path, "file"), services), join(path, "file2"), services);
    expect(await readFile(join(path, "file2"), "utf8")).toBe("alone");
    await exportTree({ kind: "symlink", target: bytes("file") }, join(path, "link"), services);
    expect(await readlink(join(path, "link"))).toBe("file");
  });

  it("refuses to write where something is", async () => {
    await makeTree(path);
    const node = await importTree(path, services);
    await expect(exportTree(node, path, services)).rejects.toMatchObject({ code: "already-exists" });
    const link: Node = { kind: "symlink", target: bytes("x") };
    await expect(exportTree(link, join(path, "plain"), services)).rejects.toMatchObject({ code: "already-exists" });
  });

  it("names what is missing", async () => {
    await makeTree(path);
    const node = await importTree(path, services);
    const withoutBlobs = { ...createServices(), directories: services.directories };
    await expect(exportTree(node, join(path, "a"), withoutBlobs)).rejects.toMatchObject({ code: "not-found" });
    const withoutDirectories = { ...createServices(), blobs: services.blobs };
    await expect(exportTree(node, join(path, "b"), withoutDirectories)).rejects.toMatchObject({ code: "not-found" });
    expect(await readdir(path)).not.toContain("b");
  });
});

describe("createFileSystemView()", () => {
  it("looks up, lists, reads and walks by the bytes of names", async () => {
    await makeTree(path);
    await unlink(strangePath(path));
    const node = await importTree(path, services);
    const view = createFileSystemView(services);
    expect(await view.lookup(node, "")).toBe(node);
    expect(await view.lookup(node, "/deep//er/./still/file")).toMatchObject({ kind: "file" });
    expect(await view.lookup(node, "plain/below")).toBeUndefined();
    await expect(view.lookup(node, "deep/../plain")).rejects.toMatchObject({ code: "invalid-argument" });

    const large = await view.lookup(node, "large");
    if (large?.kind !== "file") throw new Error("no file");
    const part = Buffer.concat(await Array.fromAsync(view.read(large, { offset: 17, length: 20 })));
    expect(part.toString()).toBe("0123456789abcdef0012");

    const paths = (await Array.fromAsync(view.walk(node))).map((entry) => Buffer.from(entry.path).toString());
    expect(paths.slice(0, 6)).toEqual(["", "dangling", "deep", "deep/er", "deep/er/still", "deep/er/still/file"]);
  });
});
