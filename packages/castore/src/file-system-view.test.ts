import { mkdtemp, unlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { CastoreServices } from "./castore-services.ts";
import { createFileSystemView } from "./file-system-view.ts";
import { importTree } from "./import-tree.ts";
import { makeRoot, makeTree, strangePath } from "./testing/make-tree.ts";
import { openMemoryCastore } from "./testing/memory-castore.ts";

const root = await makeRoot();
afterAll(() => root.remove());

let services: CastoreServices;
let path: string;
beforeEach(async () => {
  services = openMemoryCastore();
  path = await mkdtemp(join(root.path, "tree-"));
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
