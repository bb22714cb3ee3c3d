import { ServiceError } from "@tvix-mesh/service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import { ClosureDownload } from "../directory-closure.ts";
import type { NamedNode, Node } from "../node.ts";
import type { DirectoryService } from "./directory-service.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const directory = (entries: Readonly<Record<string, Node>>): Directory =>
  Directory.of(Object.entries(entries).map(([name, node]) => ({ name: bytes(name), node })));
const link = (target: string): Node => ({ kind: "symlink", target: bytes(target) });
const file = (content: string, executable = false): Node => ({
  kind: "file",
  digest: hashB3(bytes(content)),
  size: BigInt(content.length),
  executable,
});

/** A small closure, unlike any other of the same suite: `tag` is part of each directory. */
function closure(tag: string): { leaf: Directory; middle: Directory; root: Directory } {
  const leaf = directory({ link: link(tag), plain: file("x"), tool: file("x", true) });
  const middle = directory({ [`${tag}-leaf`]: leaf.toNode(), again: leaf.toNode() });
  const root = directory({ leaf: leaf.toNode(), middle: middle.toNode(), "empty-tree": Directory.empty.toNode() });
  return { leaf, middle, root };
}

async function putClosure(service: DirectoryService, ...directories: readonly Directory[]): Promise<string> {
  await using putter = await service.openPutter();
  for (const each of directories) await putter.put(each);
  return (await putter.close()).hex;
}

/** What every directory service must do. `open` makes one with nothing in it. */
export function describeDirectoryService(
  name: string,
  open: () => Promise<DirectoryService & Partial<AsyncDisposable>>,
): void {
  describe(`DirectoryService ${name}`, () => {
    let service: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      service = await open();
    });
    afterAll(() => service[Symbol.asyncDispose]?.());

    it("knows nothing of an absent digest", async () => {
      const { digest } = directory({ absent: link("x") });
      expect(await service.get(digest)).toBeUndefined();
      expect(await Array.fromAsync(service.getRecursive(digest))).toEqual([]);
    });

    it("always has the empty directory, and takes it", async () => {
      expect((await service.put(Directory.empty)).hex).toBe(Directory.empty.digest.hex);
      expect((await service.get(Directory.empty.digest))?.entries).toEqual([]);
      const all = await Array.fromAsync(service.getRecursive(Directory.empty.digest));
      expect(all.map((each) => each.digest.hex)).toEqual([Directory.empty.digest.hex]);
    });

    it("get() answers what was put, with names and targets that are no UTF-8", async () => {
      const entries: readonly NamedNode[] = [
        { name: Uint8Array.of(0xff, 0xfe), node: { kind: "symlink", target: Uint8Array.of(0x80, 0x2f, 0xff) } },
        { name: bytes("x".repeat(255)), node: file("content", true) },
        { name: bytes("sub"), node: Directory.empty.toNode() },
      ];
      const put = Directory.of(entries);
      expect((await service.put(put)).hex).toBe(put.digest.hex);
      const got = await service.get(put.digest);
      expect(got?.digest.hex).toBe(put.digest.hex);
      expect(got?.entries).toEqual(put.entries);
      expect(got?.size).toBe(3n);
    });

    it("put() again answers the same digest", async () => {
      const { leaf } = closure("again");
      expect((await service.put(leaf)).hex).toBe((await service.put(leaf)).hex);
    });

    it("put() takes a directory whose children are there", async () => {
      const { leaf, middle, root } = closure("bottom-up");
      for (const each of [leaf, middle, root]) await service.put(each);
      expect(await Array.fromAsync(service.getRecursive(root.digest))).toHaveLength(4);
    });

    it("getRecursive() answers each directory once, parents before children", async () => {
      const { leaf, middle, root } = closure("recursive");
      expect(await putClosure(service, Directory.empty, leaf, middle, root)).toBe(root.digest.hex);
      const download = new ClosureDownload(root.digest);
      const got = await Array.fromAsync(service.getRecursive(root.digest));
      for (const each of got) download.add(each);
      download.finish();
      expect(got).toHaveLength(4);
      expect((await service.get(leaf.digest))?.digest.hex).toBe(leaf.digest.hex);
    });

    it("getRecursive() goes through thousands of directories", async () => {
      const leaves = Array.from({ length: 1500 }, (_, index) => directory({ link: link(`wide-${index}`) }));
      let chain = directory({ end: link("deep") });
      const links = [chain];
      for (let depth = 0; depth < 300; depth += 1) {
        chain = directory({ next: chain.toNode(), depth: link(String(depth)) });
        links.push(chain);
      }
      const wide = directory(Object.fromEntries(leaves.map((leaf, index) => [`d${index}`, leaf.toNode()])));
      const root = directory({ wide: wide.toNode(), chain: chain.toNode() });
      await putClosure(service, ...leaves, ...links, wide, root);
      expect(await Array.fromAsync(service.getRecursive(root.digest))).toHaveLength(1803);
    });

    it("getRecursive() may be abandoned", async () => {
      const { leaf, middle, root } = closure("abandoned");
      await putClosure(service, Directory.empty, leaf, middle, root);
      for await (const each of service.getRecursive(root.digest)) {
        expect(each.digest.hex).toBe(root.digest.hex);
        break;
      }
      expect(await service.get(root.digest)).toBeDefined();
    });

    it("a putter takes a directory that comes twice", async () => {
      const { leaf, middle } = closure("twice");
      expect(await putClosure(service, leaf, leaf, middle)).toBe(middle.digest.hex);
    });

    const wrong = closure("wrong");
    const wrongSize = directory({ leaf: { ...wrong.leaf.toNode(), size: 99n } });
    it.each<[string, readonly Directory[]]>([
      ["nothing", []],
      ["a forward reference", [wrong.middle, wrong.leaf]],
      ["a child that never comes", [wrong.root]],
      ["two roots", [wrong.leaf, directory({ other: link("wrong") })]],
      ["a wrong size of a child", [wrong.leaf, wrongSize]],
    ])("a putter refuses %s and stores nothing", async (_what, directories) => {
      await expect(putClosure(service, ...directories)).rejects.toMatchObject({ code: "invalid-argument" });
      for (const each of directories) expect(await service.get(each.digest)).toBeUndefined();
    });

    it("a putter that is disposed without close() discards", async () => {
      const { leaf } = closure("discarded");
      {
        await using putter = await service.openPutter();
        await putter.put(leaf);
      }
      expect(await service.get(leaf.digest)).toBeUndefined();
    });

    it("a putter is closed once, and takes nothing afterwards", async () => {
      const { leaf, middle } = closure("closed");
      await using putter = await service.openPutter();
      await putter.put(leaf);
      expect((await putter.close()).hex).toBe((await putter.close()).hex);
      await expect(putter.put(middle)).rejects.toMatchObject({ code: "invalid-argument" });
    });

    it("putters run side by side", async () => {
      const closures = Array.from({ length: 20 }, (_, index) => closure(`parallel-${index % 10}`));
      await Promise.all(
        closures.map(({ leaf, middle, root }) => putClosure(service, Directory.empty, leaf, middle, root)),
      );
      for (const { root } of closures) expect(await Array.fromAsync(service.getRecursive(root.digest))).toHaveLength(4);
    });

    it("list() tells of every directory, where the service can", async () => {
      const { leaf, middle, root } = closure("listed");
      await putClosure(service, Directory.empty, leaf, middle, root);
      if (!service.list) return;
      const listed = new Set((await Array.fromAsync(service.list())).map(String));
      for (const { digest } of [leaf, middle, root]) expect(listed).toContain(String(digest));
    });

    it("an aborted signal ends a call", async () => {
      const reason = new ServiceError("cancelled", "Cannot go on: enough");
      const options = { signal: AbortSignal.abort(reason) };
      const { leaf } = closure("aborted");
      await expect(service.put(leaf, options)).rejects.toBe(reason);
      await expect(service.get(leaf.digest, options)).rejects.toBe(reason);
      await expect(Array.fromAsync(service.getRecursive(leaf.digest, options))).rejects.toBe(reason);
    });
  });
}
