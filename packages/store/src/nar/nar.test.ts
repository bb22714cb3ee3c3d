import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { B3Digest, type CastoreServices, Directory, type ImportProgress, type Node } from "@tvix-mesh/castore";
import { openMemoryCastore } from "@tvix-mesh/castore/testing/memory-castore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeOddTree, type TemporaryTree } from "../testing/odd-tree.ts";
import { createNarCalculationService } from "./calculate-nar.ts";
import { importNar } from "./import-nar.ts";
import { listNar } from "./nar-listing.ts";
import { renderNar } from "./render-nar.ts";

/** The archive that Nix makes of a path. */
function dump(path: string): Buffer {
  return execFileSync("nix-store", ["--dump", path], { maxBuffer: 64 * 1024 * 1024 });
}

async function* cut(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes)
    yield new Uint8Array(bytes.subarray(offset, offset + pieceBytes));
}

async function render(castore: CastoreServices, node: Node, range?: { offset: number; length: number }) {
  return Buffer.concat(await Array.fromAsync(renderNar(castore, node, { range })));
}

const missing = B3Digest.fromBytes(new Uint8Array(32).fill(0xab));

let tree: TemporaryTree;
let nar: Buffer;
let castore: CastoreServices;
let root: Node;

beforeAll(async () => {
  tree = await makeOddTree();
  nar = dump(tree.path);
  castore = openMemoryCastore();
  root = (await importNar(castore, cut(nar, 100_000))).node;
}, 60_000);
afterAll(() => tree[Symbol.asyncDispose]());

describe("importNar", () => {
  it("tells of its progress, within large files too", async () => {
    const seen: ImportProgress[] = [];
    const onProgress = (progress: ImportProgress): void => void seen.push(progress);
    await importNar(openMemoryCastore(), cut(nar, 65_536), { onProgress });
    const done = seen.map(({ bytes, underWayBytes }) => bytes + underWayBytes);
    expect(done).toEqual([...done].sort((one, other) => one - other));
    expect(seen.at(-1)).toMatchObject({ underWayBytes: 0 });
    expect(seen.length).toBeGreaterThan(seen.at(-1)?.entries ?? 0);
  });

  it.for([61, 4096, 1 << 30])(
    "takes an archive in pieces of %i bytes, with its size and SHA-256",
    async (pieceBytes) => {
      const imported = await importNar(openMemoryCastore(), cut(nar, pieceBytes));
      expect(imported.node).toEqual(root);
      expect(imported.narSizeBytes).toBe(BigInt(nar.length));
      expect(Buffer.from(imported.narSha256)).toEqual(createHash("sha256").update(nar).digest());
    },
  );

  it.for([0, 7, 100, 100_000, -1, -8])("refuses an archive cut at %i, and stores no directory of it", async (end) => {
    const target = openMemoryCastore();
    const cutNar = nar.subarray(0, end);
    await expect(importNar(target, cut(cutNar, 65_536))).rejects.toMatchObject({ code: "invalid-argument" });
    expect(await Array.fromAsync(target.directories.getRecursive((root as { digest: B3Digest }).digest))).toEqual([]);
  });

  it("refuses bytes after the end", async () => {
    const longer = Buffer.concat([nar, Buffer.alloc(8)]);
    await expect(importNar(openMemoryCastore(), cut(longer, 65_536))).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  it("passes on what goes wrong in its source", async () => {
    async function* failing() {
      yield new Uint8Array(nar.subarray(0, 1000));
      throw new RangeError("the disk is on fire");
    }
    await expect(importNar(openMemoryCastore(), failing())).rejects.toThrow(RangeError);
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(importNar(openMemoryCastore(), cut(nar, 65_536), { signal })).rejects.toThrow("enough");
  });
});

describe("renderNar", () => {
  it("makes the archive that nix-store --dump makes", async () => {
    expect((await render(castore, root)).equals(nar)).toBe(true);
  });

  it.for(["size-0", "size-9", "size-3000000", "executable", "dangling", "empty directory"])(
    "makes the archive that nix-store --dump makes of %s alone",
    async (name) => {
      const expected = dump(join(tree.path, name));
      const own = openMemoryCastore();
      const { node } = await importNar(own, cut(expected, 65_536));
      expect((await render(own, node)).equals(expected)).toBe(true);
    },
  );

  it("makes any part of the archive", async () => {
    const offsets = Array.from(randomBytes(60), (byte, index) => (byte * 65_537 + index) % nar.length);
    for (const [index, offset] of [0, nar.length - 1, ...offsets].entries()) {
      const length = index % 2 === 0 ? 50 : 200_000;
      const part = await render(castore, root, { offset, length });
      expect(part.equals(nar.subarray(offset, offset + length))).toBe(true);
    }
  });

  it("reads no blob outside the range", async () => {
    const read: string[] = [];
    const blobs = {
      ...castore.blobs,
      openRead: (digest: B3Digest) => {
        read.push(digest.hex);
        return castore.blobs.openRead(digest);
      },
    };
    await render({ ...castore, blobs }, root, { offset: 0, length: 100 });
    expect(read).toEqual([]);
  });

  it("stops reading when it is abandoned", async () => {
    let signal: AbortSignal | undefined;
    const blobs: typeof castore.blobs = {
      ...castore.blobs,
      openRead: (digest, options) => {
        signal = options?.signal;
        return castore.blobs.openRead(digest, options);
      },
    };
    for await (const _ of renderNar({ ...castore, blobs }, root)) break;
    expect(signal?.aborted).toBe(true);
  });

  it.for<[string, Node]>([
    ["file", { kind: "file", digest: missing, size: 1n, executable: false }],
    ["large file", { kind: "file", digest: missing, size: 1n << 40n, executable: false }],
    ["directory", { kind: "directory", digest: missing, size: 1n }],
  ])("is not-found, naming the digest, for an absent %s", async ([, node]) => {
    await expect(render(castore, node)).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining(missing.hex),
    });
  });

  it.for<[string, Node]>([
    ["blob", { kind: "file", digest: missing, size: 1n, executable: false }],
    ["directory", { kind: "directory", digest: missing, size: 1n }],
  ])("is not-found, naming the digest, for an absent %s further down", async ([, node]) => {
    const own = openMemoryCastore();
    const inner = Directory.of([
      { name: Buffer.from("a"), node: { kind: "symlink", target: Buffer.from("x") } },
      { name: Buffer.from("b"), node },
    ]);
    const outer = Directory.of([{ name: Buffer.from("inner"), node: inner.toNode() }]);
    await own.directories.put(inner);
    await own.directories.put(outer);
    await expect(render(own, outer.toNode())).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining(missing.hex),
    });
  });

  it("is data-loss for a blob of another size than its node says", async () => {
    await using writer = await castore.blobs.openWrite();
    await writer.write(Buffer.from("four"));
    const digest = await writer.close();
    for (const size of [3n, 5n])
      await expect(render(castore, { kind: "file", digest, size, executable: false })).rejects.toMatchObject({
        code: "data-loss",
      });
  });

  it("refuses a file too large for any archive", async () => {
    const node: Node = { kind: "file", digest: missing, size: 1n << 60n, executable: false };
    await expect(render(castore, node)).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

describe("createNarCalculationService", () => {
  it("knows size and SHA-256 of the archive", async () => {
    const { narSizeBytes, narSha256 } = await createNarCalculationService(castore).calculateNar(root);
    expect(narSizeBytes).toBe(BigInt(nar.length));
    expect(Buffer.from(narSha256)).toEqual(createHash("sha256").update(nar).digest());
  });

  it("tells executables from plain files", async () => {
    await using writer = await castore.blobs.openWrite();
    await writer.write(Buffer.from("content"));
    const file = { kind: "file", digest: await writer.close(), size: 7n } as const;
    const service = createNarCalculationService(castore);
    const plain = await service.calculateNar({ ...file, executable: false });
    const executable = await service.calculateNar({ ...file, executable: true });
    expect(executable.narSizeBytes).toBeGreaterThan(plain.narSizeBytes);
    expect(await service.calculateNar({ ...file, executable: false })).toEqual(plain);
  });

  it("is not-found for missing contents, and not for ever", async () => {
    const own = openMemoryCastore();
    const service = createNarCalculationService(own);
    await expect(service.calculateNar(root)).rejects.toMatchObject({ code: "not-found" });
    await importNar(own, cut(nar, 65_536));
    expect((await service.calculateNar(root)).narSizeBytes).toBe(BigInt(nar.length));
  });
});

describe("listNar", () => {
  it("says of each file where its contents lie", async () => {
    const listing = await listNar(castore, root);
    const file = listing.type === "directory" ? listing.entries["new\nline"] : undefined;
    if (file?.type !== "regular") throw new Error("not listed");
    expect(nar.subarray(file.narOffset, file.narOffset + file.size).toString()).toBe("new\nline");
  });

  it("has a directory that is called like a member of every object", async () => {
    const own = openMemoryCastore();
    const entries = ["__proto__", "constructor"].map((name) => ({
      name: Buffer.from(name),
      node: { kind: "symlink", target: Buffer.from("x") } as const,
    }));
    const directory = Directory.of(entries);
    await own.directories.put(directory);
    const listing = await listNar(own, directory.toNode());
    expect(JSON.stringify(listing)).toContain('"__proto__":{"type":"symlink","target":"x"}');
  });
});
