import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { importTree } from "@tvix-mesh/castore";
import { formatContentAddress, type HashAlgorithm } from "@tvix-mesh/nix-compat";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addFile } from "./add-file.ts";
import { addNode } from "./add-node.ts";
import { addText } from "./add-text.ts";
import type { PathInfo } from "./path-info.ts";
import type { StoreServices } from "./store-services.ts";
import { openMemoryStore } from "./testing/memory-store.ts";
import { makeOddTree, type TemporaryTree } from "./testing/odd-tree.ts";

let tree: TemporaryTree;
let nixStore: string;
beforeAll(async () => {
  tree = await makeOddTree();
  nixStore = await mkdtemp(join(tmpdir(), "nix-store-"));
}, 60_000);
afterAll(async () => {
  await tree[Symbol.asyncDispose]();
  execFileSync("chmod", ["-R", "u+w", nixStore]);
  await rm(nixStore, { recursive: true });
});

/** What Nix answers, with a store of its own. */
function nix(command: string, ...args: readonly string[]): string {
  const env = { PATH: process.env.PATH ?? "", HOME: nixStore, NIX_CONF_DIR: nixStore, NIX_REMOTE: nixStore };
  return execFileSync(command, [...args], { env, encoding: "utf8" }).trim();
}

/** What is at a path, added as `tvix store import` does. */
async function addTree(store: StoreServices, path: string, name = basename(resolve(path))): Promise<PathInfo> {
  return await addNode(store, name, await importTree(path, store));
}

describe("addNode", () => {
  it.for(["", "executable", "dangling", "size-3000000", "size-0", "deep"])(
    "gives tree/%s the path that nix-store --add gives it",
    async (below) => {
      const path = join(tree.path, below);
      const { storePath, ca, narSha256, references } = await addTree(openMemoryStore(), path);
      expect(storePath.absolute()).toBe(nix("nix-store", "--add", path));
      expect(ca).toEqual({ method: "recursive", hash: { algorithm: "sha256", digest: narSha256 } });
      expect(references).toEqual([]);
    },
  );

  it("keeps what it has added", async () => {
    const store = openMemoryStore();
    const added = await addTree(store, `${tree.path}/deep/`);
    expect(added.storePath.name).toBe("deep");
    expect((await store.pathInfos.get(added.storePath.digest))?.node).toEqual(added.node);
    expect(await store.narCalculation.calculateNar(added.node)).toMatchObject({ narSizeBytes: added.narSizeBytes });
  });

  it("takes another name", async () => {
    const { storePath } = await addTree(openMemoryStore(), tree.path, "other");
    const renamed = join(dirname(tree.path), "other");
    await rename(tree.path, renamed);
    expect(storePath.absolute()).toBe(nix("nix-store", "--add", renamed));
    await rename(renamed, tree.path);
  });

  it("refuses a name that no store path has", async () => {
    const store = openMemoryStore();
    await expect(addTree(store, join(tree.path, "deep"), "a b")).rejects.toThrow(/illegal character/);
    expect(await Array.fromAsync(store.pathInfos.list())).toEqual([]);
  });

  it("leaves the signatures that a known path has", async () => {
    const store = openMemoryStore();
    const added = await addTree(store, tree.path);
    const signatures = [{ name: "key", data: new Uint8Array(64) }];
    await store.pathInfos.put({ ...added, signatures });
    expect((await addTree(store, tree.path)).signatures).toEqual(signatures);
  });

  it.for(["md5", "sha1", "sha256", "sha512"] as const)(
    "hashes a NAR with %s as nix-store --add-fixed does",
    async (algorithm) => {
      const store = openMemoryStore();
      const node = await importTree(tree.path, store);
      const { storePath, ca } = await addNode(store, "tree", node, { algorithm });
      expect(storePath.absolute()).toBe(nix("nix-store", "--add-fixed", "--recursive", algorithm, tree.path));
      expect(ca?.hash.algorithm).toBe(algorithm);
    },
  );

  it.for(["", "executable", "dangling"])("refuses to hash tree/%s flat", async (below) => {
    const store = openMemoryStore();
    const node = await importTree(join(tree.path, below), store);
    await expect(addNode(store, "x", node, { method: "flat" })).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("records references to others and to itself", async () => {
    const store = openMemoryStore();
    const text = await addText(store, "text", Buffer.from("x"), []);
    const references = { others: [text.storePath], self: true };
    const { storePath, references: stored } = await addNode(store, "self", text.node, { references });
    expect(stored.map(String)).toEqual([String(text.storePath), String(storePath)]);
  });
});

describe("addFile", () => {
  it.for<HashAlgorithm>(["md5", "sha1", "sha256", "sha512"])(
    "hashes with %s as nix-store --add-fixed does",
    async (algorithm) => {
      const path = join(tree.path, "size-65536");
      const { storePath, ca } = await addFile(openMemoryStore(), "size-65536", createReadStream(path), algorithm);
      expect(storePath.absolute()).toBe(nix("nix-store", "--add-fixed", algorithm, path));
      expect(ca?.method).toBe("flat");
    },
  );
});

describe("addText", () => {
  it("adds what builtins.toFile adds, references included", async () => {
    const store = openMemoryStore();
    const foo = await addText(store, "foo", Buffer.from("bar"), []);
    expect(foo.storePath.absolute()).toBe("/nix/store/vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo");
    const baz = await addText(store, "baz", Buffer.from(foo.storePath.absolute()), [foo.storePath]);
    expect(baz.storePath.absolute()).toBe("/nix/store/5xd714cbfnkz02h2vbsj4fm03x3f15nf-baz");
    expect(baz.references).toEqual([foo.storePath]);
    const sha256 = createHash("sha256").update(foo.storePath.absolute()).digest();
    expect(formatContentAddress(baz.ca!)).toMatch(/^text:sha256:/);
    expect(Buffer.from(baz.ca!.hash.digest)).toEqual(sha256);
  });

  it.for(["", "x", "y".repeat(3_000_000)])("measures its NAR as the service would (%#)", async (text) => {
    const store = openMemoryStore();
    const { node, narSizeBytes, narSha256 } = await addText(store, "text", Buffer.from(text), []);
    expect(await store.narCalculation.calculateNar(node)).toEqual({ narSizeBytes, narSha256 });
  });
});
