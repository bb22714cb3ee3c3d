import { cp, mkdtemp, open, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLmdbObjectStore } from "./lmdb.ts";

const root = await mkdtemp(join(tmpdir(), "lmdb-file-check-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const clean = join(root, "clean");
const pageBytes = 4096;
const branch = 1;
const leaf = 2;

describe("openLmdbObjectStore() of a damaged index", () => {
  beforeAll(async () => {
    await using store = await openLmdbObjectStore({ path: clean });
    for (let round = 0; round < 3; round += 1)
      await Promise.all(
        Array.from({ length: 1500 }, (_, index) =>
          store.put(`objects/${round}/${index}`, new Uint8Array(50).fill(index)),
        ),
      );
  });

  let number = 0;
  async function copy(): Promise<string> {
    number += 1;
    const path = join(root, `copy-${number}`);
    await cp(clean, path, { recursive: true });
    return path;
  }

  it.each([1, 500, pageBytes, 2 * pageBytes, 2 * pageBytes + 1, 50_000])(
    "refuses one that was cut to %i bytes, and leaves it as it is",
    async (sizeBytes) => {
      const path = await copy();
      await truncate(join(path, "index.lmdb"), sizeBytes);
      await expect(openLmdbObjectStore({ path })).rejects.toMatchObject({
        code: "data-loss",
        message: expect.stringMatching(/^Cannot open .*index\.lmdb: it is damaged \(/),
      });
      expect((await stat(join(path, "index.lmdb"))).size).toBe(sizeBytes);
    },
  );

  /** The page of that kind that was written last, and so is of the newest tree. */
  async function findPage(path: string, kind: number): Promise<number> {
    await using file = await open(join(path, "index.lmdb"));
    const head = Buffer.alloc(24);
    let found = { page: 0, transaction: 0n };
    for (let page = 2; page * pageBytes < (await file.stat()).size; page += 1) {
      await file.read(head, 0, head.length, page * pageBytes);
      if (head.readUInt16LE(18) !== kind || head.readBigUInt64LE(0) !== BigInt(page)) continue;
      const transaction = head.readBigUInt64LE(8);
      if (transaction > found.transaction) found = { page, transaction };
    }
    return found.page;
  }

  it.each([
    ["the number of a branch page", branch, 0, 0xff],
    ["the kind of a branch page", branch, 18, leaf],
    ["the bounds of a leaf page", leaf, 22, 0xff],
    ["an entry of a branch page", branch, 25, 0xff],
  ])("refuses one in which %s is wrong", async (_what, kind, offset, value) => {
    const path = await copy();
    const page = await findPage(path, kind);
    {
      await using file = await open(join(path, "index.lmdb"), "r+");
      await file.write(Uint8Array.of(value, value), 0, 2, page * pageBytes + offset);
    }
    await expect(openLmdbObjectStore({ path })).rejects.toMatchObject({
      code: "data-loss",
      message: expect.stringContaining("it is damaged (page "),
    });
  });

  it("takes one that is intact, an empty one, and one that is being written to", async () => {
    const path = await copy();
    await using writing = await openLmdbObjectStore({ path });
    const writes = Promise.all(
      Array.from({ length: 300 }, (_, index) => writing.put(`more/${index}`, Uint8Array.of(1))),
    );
    for (let round = 0; round < 10; round += 1) {
      await using store = await openLmdbObjectStore({ path });
      expect(await store.get("objects/2/7")).toEqual(new Uint8Array(50).fill(7));
    }
    await writes;
  });
});
