import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { requireCommand } from "../compose/run-command.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("checkout");
const tvix = new LonelyTvix();
afterAll(() => {
  folder[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

async function importTree(name: string, changed: string): Promise<string> {
  const tree = join(folder.path, name, "tree");
  mkdirSync(join(tree, "sub"), { recursive: true });
  writeFileSync(join(tree, "changed"), changed);
  for (let index = 0; index < 100; index++) writeFileSync(join(tree, `sub/${index}`), `file ${index}`.repeat(1000));
  return (await tvix.run(["store", "import", tree])).stdout.trim();
}

describe("tvix store checkout", () => {
  test("writes a tree, and one that differs a little without taking room for what is the same", async () => {
    const [before, after] = [await importTree("before", "old"), await importTree("after", "new")];
    const at = (name: string): string => join(folder.path, name);
    const run = (path: string, name: string) => tvix.run(["store", "checkout", "--link-mode=hardlink", path, at(name)]);
    expect(await run(before, "first")).toEqual({
      exitCode: 0,
      stdout: `checked out ${at("first")} as hard links, not to be changed: 101 files fetched, 0 shared\n`,
      stderr: "",
    });
    expect((await run(after, "second")).stdout).toContain(": 1 file fetched, 100 shared\n");
    expect(await requireCommand("diff", ["-r", at("after/tree"), at("second")])).toBe("");
    expect(lstatSync(at("second/sub/7")).ino).toBe(lstatSync(at("first/sub/7")).ino);
    expect((await tvix.run(["store", "checkout", "--copy", after, at("copy")])).stdout).toMatch(/as copies: 101 files/);
    expect(lstatSync(at("copy/sub/7")).nlink).toBe(1);
  });

  test("refuses to write where something is, or into nowhere", async () => {
    const path = await importTree("before", "old");
    const nowhere = join(folder.path, "nothing/here");
    expect(await tvix.run(["store", "checkout", path, folder.path])).toMatchObject({
      exitCode: 1,
      stderr: `error: Cannot write ${folder.path}: there is something already\n`,
    });
    expect((await tvix.run(["store", "checkout", path, nowhere])).stderr).toBe(
      `error: Cannot write ${nowhere}: there is no directory ${join(folder.path, "nothing")}\n`,
    );
  });
});
