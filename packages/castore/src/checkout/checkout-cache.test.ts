import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { CastoreServices } from "../castore-services.ts";
import { exportTree } from "../export-tree.ts";
import { importTree } from "../import-tree.ts";
import type { Node } from "../node.ts";
import { makeRoot, makeTree } from "../testing/make-tree.ts";
import { openMemoryCastore } from "../testing/memory-castore.ts";
import { CheckoutCache, type CheckoutCacheOptions } from "./checkout-cache.ts";

const root = await makeRoot();
afterAll(() => root.remove());

let services: CastoreServices;
let path: string;
let tree: Node;
let reports: string[];
beforeEach(async () => {
  services = openMemoryCastore();
  path = await mkdtemp(join(root.path, "checkouts-"));
  const source = await mkdtemp(join(root.path, "source-"));
  await makeTree(source);
  tree = await importTree(source, services);
  reports = [];
});

async function checkOut(name: string, options: Partial<CheckoutCacheOptions> = {}, node = tree, from = services) {
  const target = join(path, name);
  await using cache = await CheckoutCache.open(join(path, "cache"), {
    linkMode: "hardlink",
    targetDirectory: path,
    report: (message) => void reports.push(message),
    ...options,
  });
  await exportTree(node, target, from, { placeFile: cache.place });
  return { target, ...cache.counts };
}

const inode = (...parts: readonly string[]): number => lstatSync(join(...parts)).ino;

/** The kept file that a checked-out one is another name of. */
function keptFile(target: string, name: string): string {
  const entries = readdirSync(join(path, "cache"), { recursive: true }).map((entry) => join(path, "cache", `${entry}`));
  const found = entries.find((entry) => inode(entry) === inode(target, name));
  if (found === undefined) throw new Error(`Cannot find what ${name} is linked to`);
  return found;
}

describe("CheckoutCache", () => {
  it("writes the tree that was imported, the second time without fetching anything", async () => {
    const first = await checkOut("first");
    expect(await importTree(first.target, openMemoryCastore())).toEqual(tree);
    const second = await checkOut("second", {}, tree, { ...openMemoryCastore(), directories: services.directories });
    expect(second).toMatchObject({ fetched: 0 });
    execFileSync("diff", ["-r", "--no-dereference", first.target, second.target]);
    expect(inode(second.target, "large")).toBe(inode(first.target, "large"));
    expect(statSync(second.target).mtimeMs).toBe(1000);
    expect(reports).toEqual([]);
  });

  it("fetches of a tree that differs a little what differs", async () => {
    const { target } = await checkOut("first");
    const other = join(path, "other");
    execFileSync("cp", ["-r", target, other]);
    await rm(join(other, "plain"), { force: true });
    await writeFile(join(other, "plain"), "changed");
    const changed = await importTree(other, services);
    expect(await checkOut("second", {}, changed)).toMatchObject({ fetched: 1 });
    expect(readFileSync(join(path, "second/plain"), "utf8")).toBe("changed");
  });

  it("keeps executable files apart from others with the same contents", async () => {
    const { target } = await checkOut("first");
    expect(lstatSync(join(target, "plain")).mode & 0o777).toBe(0o444);
    expect(lstatSync(join(target, "tool")).mode & 0o777).toBe(0o555);
    expect(inode(target, "plain")).not.toBe(inode(target, "tool"));
  });

  it.each(["first", "a second"])("fetches anew what was changed through %s checkout, and says so", async (which) => {
    const { target } = await checkOut("first");
    const changed = which === "first" ? target : (await checkOut("another")).target;
    const file = join(changed, "plain");
    chmodSync(file, 0o644);
    writeFileSync(file, "TWINS");
    chmodSync(file, 0o444);
    const kept = keptFile(target, "plain");
    await checkOut("later");
    expect(readFileSync(join(path, "later/plain"), "utf8")).toBe("twins");
    expect(reports).toEqual([`${kept} was changed since it was kept, and is fetched anew`]);
  });

  it("finds damage that leaves no trace with `verify`", async () => {
    const { target } = await checkOut("first");
    for (const name of ["plain", "large"]) {
      const file = keptFile(target, name);
      const bytes = readFileSync(file);
      bytes[bytes.length - 1] = 0;
      chmodSync(file, 0o644);
      writeFileSync(file, bytes);
      chmodSync(file, 0o444);
      utimesSync(file, 1, 1);
    }
    await checkOut("verified", { verify: true });
    expect(await importTree(join(path, "verified"), openMemoryCastore())).toEqual(tree);
    expect(reports).toHaveLength(2);
  });

  it("has no part of a file that couldn't be fetched whole", async () => {
    const withoutBlobs = { ...openMemoryCastore(), directories: services.directories };
    await expect(checkOut("first", {}, tree, withoutBlobs)).rejects.toMatchObject({ code: "not-found" });
    expect(await checkOut("second")).toMatchObject({ fetched: 6, kept: 2 });
    expect(await importTree(join(path, "second"), openMemoryCastore())).toEqual(tree);
    expect(readdirSync(join(path, "cache/drafts"))).toEqual([]);
  });

  it("copies where it is told to, or where nothing can be linked", async () => {
    const { target } = await checkOut("first");
    const copied = await checkOut("copied", { linkMode: "copy" });
    expect(inode(copied.target, "large")).not.toBe(inode(target, "large"));
    if (!existsSync("/dev/shm") || statSync("/dev/shm").dev === statSync(path).dev) return;
    const elsewhere = { targetDirectory: "/dev/shm" };
    await using cache = await CheckoutCache.open(join(path, "cache"), { linkMode: "auto", report() {}, ...elsewhere });
    expect(cache.linkMode).toBe("copy");
    await expect(checkOut("second", { linkMode: "hardlink", ...elsewhere })).rejects.toThrow(
      "/dev/shm: they are on different file systems",
    );
  });
});
