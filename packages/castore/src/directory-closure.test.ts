import { describe, expect, it } from "vitest";
import { Directory } from "./directory.ts";
import { ClosureDownload, ClosureUpload } from "./directory-closure.ts";
import type { Node } from "./node.ts";

const directory = (entries: Record<string, Node>): Directory =>
  Directory.of(Object.entries(entries).map(([name, node]) => ({ name: new TextEncoder().encode(name), node })));

const leaf = directory({ link: { kind: "symlink", target: Uint8Array.of(65) } });
const middle = directory({ leaf: leaf.toNode() });
const root = directory({ leaf: leaf.toNode(), middle: middle.toNode(), same: middle.toNode() });
const wrongSize = directory({ leaf: { ...leaf.toNode(), size: 2n } });

function upload(...directories: Directory[]): ReturnType<ClosureUpload["finish"]> {
  const closure = new ClosureUpload();
  for (const each of directories) closure.add(each);
  return closure.finish();
}

function download(...directories: Directory[]): void {
  const closure = new ClosureDownload(root.digest);
  for (const each of directories) closure.add(each);
  closure.finish();
}

describe("ClosureUpload", () => {
  it("takes children before parents, each once", () => {
    const closure = upload(leaf, leaf, middle, root);
    expect(closure.root).toBe(root);
    expect(closure.directories).toEqual([leaf, middle, root]);
  });

  it("refuses a directory whose child comes later", () => {
    expect(() => upload(middle, leaf)).toThrow(`its child ${leaf.digest} has not come before it`);
  });

  it("refuses a wrong size of a child", () => {
    expect(() => upload(leaf, wrongSize)).toThrow("the size 2, which is 1");
  });

  it("refuses two roots, a root that isn't last, and nothing", () => {
    expect(() => upload(Directory.empty, leaf)).toThrow("2 directories are referred to by none");
    expect(() => upload(leaf, middle, leaf)).toThrow("Cannot put directory");
    expect(() => upload()).toThrow("none came");
  });
});

describe("ClosureDownload", () => {
  it("takes parents before children in any order", () => {
    expect(() => download(root, middle, leaf)).not.toThrow();
    expect(() => download(root, leaf, middle)).not.toThrow();
  });

  it("refuses another root, one that nothing refers to, and one that comes twice", () => {
    expect(() => download(middle, leaf)).toThrow("without being asked for");
    expect(() => download(root, middle, leaf, Directory.empty)).toThrow("without being asked for");
    expect(() => download(root, middle, middle, leaf)).toThrow("without being asked for");
  });

  it("refuses a closure with a gap", () => {
    expect(() => download(root, middle)).toThrow(`${leaf.digest} below it is missing`);
  });

  it("refuses a child whose size isn't the one it is listed with", () => {
    const closure = new ClosureDownload(wrongSize.digest);
    closure.add(wrongSize);
    expect(() => closure.add(leaf)).toThrow("the size 1 where 2 is expected");
  });
});
