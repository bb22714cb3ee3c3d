import { execFileSync } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { CastoreServices } from "./castore-services.ts";
import { exportTree } from "./export-tree.ts";
import { importTree } from "./import-tree.ts";
import type { Node } from "./node.ts";
import { makeRoot, makeTree } from "./testing/make-tree.ts";
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

describe("exportTree()", () => {
  it("writes back what was imported", async () => {
    await makeTree(path);
    const node = await importTree(path, services);
    const copy = join(await mkdtemp(join(root.path, "copy-")), "tree");
    await exportTree(node, copy, services);
    execFileSync("diff", ["-r", "--no-dereference", path, copy]);
    expect(await importTree(copy, openMemoryCastore())).toEqual(node);
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
    const withoutBlobs = { ...openMemoryCastore(), directories: services.directories };
    await expect(exportTree(node, join(path, "a"), withoutBlobs)).rejects.toMatchObject({ code: "not-found" });
    const withoutDirectories = { ...openMemoryCastore(), blobs: services.blobs };
    await expect(exportTree(node, join(path, "b"), withoutDirectories)).rejects.toMatchObject({ code: "not-found" });
    expect(await readdir(path)).not.toContain("b");
  });
});
