import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openWorkDirectory } from "./work-directory.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "work-directory-test-"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("openWorkDirectory", () => {
  it("removes what killed builds left, unwritable directories too, and nothing else", async () => {
    mkdirSync(join(root, "build-x/a"), { recursive: true });
    mkdirSync(join(root, "inputs"));
    writeFileSync(join(root, "build-x/a/b"), "");
    chmodSync(join(root, "build-x/a"), 0o500);
    await using _work = await openWorkDirectory(root);
    expect(existsSync(join(root, "build-x"))).toBe(false);
    expect(existsSync(join(root, "inputs"))).toBe(true);
  });

  it("gives a second user a place of its own, and the first place to the next after the first", async () => {
    const first = await openWorkDirectory(root);
    const build = await first.makeBuildDirectory();
    await using second = await openWorkDirectory(root);
    expect(second.path).not.toBe(first.path);
    expect(existsSync(build.path)).toBe(true);
    await first[Symbol.asyncDispose]();
    expect(existsSync(build.path)).toBe(false);
    await using third = await openWorkDirectory(root);
    expect(third.path).toBe(first.path);
  });

  it("names the directory that can't be made", async () => {
    writeFileSync(join(root, "file"), "");
    await expect(openWorkDirectory(join(root, "file/x"))).rejects.toThrow(`Cannot use work directory ${root}/file/x`);
  });
});
