import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Composition, instanceFromUrl, type ServiceKind } from "@tvix-mesh/service";
import { afterAll, describe, expect, it } from "vitest";
import type { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import { blobServiceKind } from "../blob-service/blob-service-kind.ts";
import { Directory } from "../directory.ts";
import { directoryServiceKind } from "../directory-service/directory-service-kind.ts";

const root = await mkdtemp(join(tmpdir(), "tvix-layout-"));
afterAll(() => rm(root, { recursive: true, force: true }));

async function open<Service extends object>(kind: ServiceKind<Service>, path: string): Promise<Service> {
  const { section, backends } = kind;
  const instances = { root: instanceFromUrl(`objectstore+file://${path}`) };
  return new Composition<Service>({ kind: section, backends, instances }).resolve("root");
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

const place = (kind: string, { hex }: B3Digest): string => `${kind}/b3/${hex.slice(0, 4)}/${hex}`;

async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(path.length + 1)).sort();
}

/** A protobuf field of the kind that holds bytes. */
const field = (number: number, bytes: Uint8Array): Uint8Array => {
  if (bytes.length > 127) throw new RangeError("a longer field needs a longer length");
  return Buffer.concat([Uint8Array.of((number << 3) | 2, bytes.length), bytes]);
};
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);

const bytes = new Uint8Array(700_000).map((_, index) => Math.imul(index, 2654435761) >>> 13);
const chunks = [bytes.subarray(0, 400_000), bytes.subarray(400_000)];
/** The list of chunks as protobuf, put together by hand: field 2 a chunk, whose field 1 is its digest and field 2 its size. */
const chunkList = Buffer.concat(
  chunks.map((chunk) =>
    field(2, Buffer.concat([field(1, hashB3(chunk).toBytes()), Uint8Array.of(0x10, ...varint(chunk.length))])),
  ),
);

const link = Directory.of([{ name: Buffer.from("link"), node: { kind: "symlink", target: Buffer.from("target") } }]);
/** The same directory as protobuf: field 3 the symlink, whose field 1 is its name and field 2 its target. */
const linkBytes = field(3, Buffer.concat([field(1, Buffer.from("link")), field(2, Buffer.from("target"))]));
const top = Directory.of([
  { name: Buffer.from("sub"), node: link.toNode() },
  { name: Buffer.from("void"), node: Directory.empty.toNode() },
]);
const topBytes = Buffer.concat([
  field(1, Buffer.concat([field(1, Buffer.from("sub")), field(2, link.digest.toBytes()), Uint8Array.of(0x18, 1)])),
  field(1, Buffer.concat([field(1, Buffer.from("void")), field(2, hashB3(new Uint8Array()).toBytes())])),
]);
const afterLength = (frame: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.of(0, 0, 0, frame.length), frame]);

describe("objectstore+file", () => {
  it("reads blobs that Tvix wrote: a list of chunks, and an empty list for a blob that is one chunk", async () => {
    const path = join(root, "theirs");
    for (const chunk of chunks) await write(join(path, place("chunks", hashB3(chunk))), zstdCompressSync(chunk));
    await write(join(path, place("blobs", hashB3(bytes))), chunkList);
    await write(join(path, place("blobs", hashB3(chunks[0] as Uint8Array))), new Uint8Array());
    const blobs = await open(blobServiceKind, path);
    for (const blob of [bytes, chunks[0] as Uint8Array]) {
      const reader = await blobs.openRead(hashB3(blob));
      expect(Buffer.compare(Buffer.concat(await Array.fromAsync(reader?.read() ?? [])), blob)).toBe(0);
    }
    expect(await blobs.chunks(hashB3(bytes))).toEqual(
      chunks.map((chunk) => ({ digest: hashB3(chunk), sizeBytes: chunk.length })),
    );
    expect(await blobs.chunks(hashB3(chunks[0] as Uint8Array))).toEqual([]);
  });

  it("serves nothing for a blob whose only chunk is gone", async () => {
    const path = join(root, "chunk-gone");
    await write(join(path, place("blobs", hashB3(bytes))), new Uint8Array());
    const blobs = await open(blobServiceKind, path);
    const reading = async () => {
      const reader = await blobs.openRead(hashB3(bytes));
      return reader && Buffer.concat(await Array.fromAsync(reader.read())).length;
    };
    const outcome = await reading().catch((error: { readonly code: string }) => error.code);
    expect([undefined, "data-loss"]).toContain(outcome);
  });

  it("writes chunks and lists where Tvix reads them", async () => {
    const path = join(root, "ours-blobs");
    const blobs = await open(blobServiceKind, path);
    await using writer = await blobs.openWrite();
    await writer.write(bytes);
    const digest = await writer.close();
    const list = (await blobs.chunks(digest)) ?? [];
    // Where Tvix looks for nothing, there is what proves parts of a blob.
    expect((await filesBelow(path)).filter((file) => !file.startsWith("outboards/"))).toEqual(
      [place("blobs", digest), ...list.map((chunk) => place("chunks", chunk.digest))].sort(),
    );
    const stored = await Promise.all(list.map((chunk) => readFile(join(path, place("chunks", chunk.digest)))));
    expect(Buffer.compare(Buffer.concat(stored.map((chunk) => zstdDecompressSync(chunk))), bytes)).toBe(0);
  });

  it("reads closures that Tvix wrote, and what is below their root once that was asked for", async () => {
    const path = join(root, "their-closure");
    const closure = Buffer.concat([topBytes, new Uint8Array(), linkBytes].map(afterLength));
    await write(join(path, place("dirs", top.digest)), zstdCompressSync(closure));
    const directories = await open(directoryServiceKind, path);
    const read = await Array.fromAsync(directories.getRecursive(top.digest));
    expect(read.map(({ digest }) => digest.hex)).toEqual([top.digest.hex, Directory.empty.digest.hex, link.digest.hex]);
    const anew = await open(directoryServiceKind, path);
    expect((await anew.get(top.digest))?.size).toBe(3n);
    expect((await anew.get(link.digest))?.size).toBe(1n);
  });

  it("writes a closure as one object, root first, each directory after its length", async () => {
    const path = join(root, "our-closure");
    const directories = await open(directoryServiceKind, path);
    await using putter = await directories.openPutter();
    for (const directory of [Directory.empty, link, top]) await putter.put(directory);
    await putter.close();
    const stored = zstdDecompressSync(await readFile(join(path, place("dirs", top.digest))));
    const expected = Buffer.concat([topBytes, linkBytes, new Uint8Array()].map(afterLength));
    expect(stored.toString("hex")).toBe(expected.toString("hex"));
    expect((await filesBelow(join(path, "dirs"))).length).toBe(1);
    const anew = await open(directoryServiceKind, path);
    expect((await anew.get(link.digest))?.size).toBe(1n);
  });

  it.each<[string, (closure: Buffer) => Uint8Array]>([
    ["cut short", (closure) => closure.subarray(0, -3)],
    ["without a directory", (closure) => closure.subarray(0, 4 + topBytes.length)],
    ["with a wrong byte", (closure) => closure.with(20, 0x7f)],
    ["of another root", (closure) => closure.subarray(4 + topBytes.length)],
    ["with a length beyond its end", (closure) => closure.with(0, 1)],
  ])("refuses a closure %s", async (what, damage) => {
    const path = join(root, `damaged-${what}`);
    const closure = Buffer.concat([topBytes, linkBytes, new Uint8Array()].map(afterLength));
    await write(join(path, place("dirs", top.digest)), zstdCompressSync(damage(closure)));
    const directories = await open(directoryServiceKind, path);
    await expect(Array.fromAsync(directories.getRecursive(top.digest))).rejects.toMatchObject({ code: "data-loss" });
    expect(await directories.get(top.digest)).toBeUndefined();
  });

  it("doesn't list drafts, and removes those of processes that are gone", async () => {
    const path = join(root, "drafts");
    await write(join(path, "#drafts", "abc.1-1-1-another-boot"), Uint8Array.of(1));
    await write(join(path, "chunks/b3/0000/0000#1"), Uint8Array.of(1));
    const blobs = await open(blobServiceKind, path);
    await using writer = await blobs.openWrite();
    await writer.write(Uint8Array.of(1));
    await writer.close();
    expect(await readdir(join(path, "#drafts"))).toEqual([]);
  });

  it("answers resource-exhausted, permission-denied and the like as what they are", async () => {
    const path = join(root, "a-file");
    await write(path, new Uint8Array());
    await expect(open(blobServiceKind, path)).rejects.toThrow(`Cannot open object store ${path}: `);
  });
});
