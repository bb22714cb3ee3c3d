import { addNode, type StoreServices } from "@tvix-mesh/store";
import { pack } from "tar-stream";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore, listStorePath } from "../testing/memory-store.ts";
import { importTar } from "./import-tar.ts";

type EntryOf = readonly [header: Parameters<ReturnType<typeof pack>["entry"]>[0], content?: string];

let services: StoreServices;

beforeEach(() => {
  services = createMemoryStore();
});

function archive(entries: readonly EntryOf[]): AsyncIterable<Uint8Array> {
  const packed = pack();
  for (const [header, content = ""] of entries) packed.entry(header, content);
  packed.finalize();
  return packed as AsyncIterable<unknown> as AsyncIterable<Uint8Array>;
}

const limits = { maxBytes: 1_000_000, maxEntries: 1000 };

async function imported(entries: readonly EntryOf[], isStripped = false): Promise<readonly string[]> {
  const node = await importTar(services, archive(entries), { ...limits, isStripped });
  const { storePath } = await addNode(services, "it", node);
  return (await listStorePath(services, storePath.absolute())).filter((line) => line !== "/");
}

describe("importTar()", () => {
  test("takes entries in any order, makes parents, and the last of a name counts", async () => {
    const entries: EntryOf[] = [
      [{ name: "b/c/d" }, "first"],
      [{ name: "./b/c/d", mode: 0o755 }, "last"],
      [{ name: "a/", type: "directory" }],
      [{ name: "b/link", type: "symlink", linkname: "/anywhere/../at all" }],
    ];
    expect(await imported(entries)).toEqual(["a/", "b/", "b/c/", 'b/c/d* "last"', "b/link -> /anywhere/../at all"]);
  });

  test("makes hard links the files that they stand for", async () => {
    const entries: EntryOf[] = [
      [{ name: "top/a", mode: 0o700 }, "x"],
      [{ name: "top/b", type: "link", linkname: "top/a" }],
    ];
    expect(await imported(entries, true)).toEqual(['a* "x"', 'b* "x"']);
  });

  test("strips the only thing at the top, a directory or a file", async () => {
    expect(await imported([[{ name: "top/a" }, "x"]], true)).toEqual(['a "x"']);
    expect(await imported([[{ name: "alone" }, "x"]], true)).toEqual([' "x"']);
    const two: EntryOf[] = [[{ name: "a" }], [{ name: "b" }]];
    await expect(imported(two, true)).rejects.toThrow("an unexpected number of top-level files");
    await expect(imported([], true)).rejects.toThrow("an unexpected number of top-level files");
    expect(await imported([])).toEqual([]);
  });

  test.each<readonly [string, readonly EntryOf[]]>([
    ["leads out of it", [[{ name: "a/../../b" }]]],
    ["the name is absolute", [[{ name: "/etc/passwd" }]]],
    ["leads out of it", [[{ name: "a", type: "link", linkname: "../b" }]]],
    ["has not come before it", [[{ name: "a", type: "link", linkname: "b" }]]],
    ["is a symlink and something else", [[{ name: "a", type: "symlink", linkname: "/etc" }], [{ name: "a/passwd" }]]],
    ["is a file and something else", [[{ name: "a" }], [{ name: "a/b" }]]],
    ["is a directory and something else", [[{ name: "a/b" }], [{ name: "a" }]]],
    ["it is a fifo", [[{ name: "a", type: "fifo" }]]],
    ["it is a block-device", [[{ name: "a", type: "block-device" }]]],
    ["bytes long", [[{ name: "a/".repeat(3000) }]]],
    ["more than 1000 entries", Array.from({ length: 1001 }, (_, index): EntryOf => [{ name: `${index}` }])],
    ["more than 1000000 bytes", [[{ name: "a" }, "x".repeat(1_000_001)]]],
  ])("refuses what %s", async (reason, entries) => {
    await expect(imported(entries)).rejects.toThrow(reason);
  });

  test("refuses what is no archive, or the start of one", async () => {
    const read = (bytes: Uint8Array) =>
      importTar(
        services,
        (async function* () {
          yield bytes;
        })(),
        { ...limits, isStripped: false },
      );
    await expect(read(new TextEncoder().encode("short"))).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(read(new TextEncoder().encode("no archive".repeat(200)))).rejects.toMatchObject({
      code: "invalid-argument",
    });
    const whole = Buffer.concat(await Array.fromAsync(archive([[{ name: "a" }, "x".repeat(2000)]])));
    await expect(read(whole.subarray(0, 1500))).rejects.toThrow("Unexpected end of data");
  });
});
