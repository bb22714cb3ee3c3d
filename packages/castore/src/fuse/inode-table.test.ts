import { describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import type { FileNode } from "../node.ts";
import { InodeTable } from "./inode-table.ts";

const name = (text: string): Uint8Array => Buffer.from(text);
const file: FileNode = { kind: "file", digest: hashB3(name("x")), size: 1n, executable: false };
const directory = Directory.empty.toNode();

describe("InodeTable", () => {
  it("has one inode for files of the same contents, and another for the executable ones", () => {
    const table = new InodeTable(directory);
    const first = table.remember(table.root, name("a"), file);
    expect(table.remember(table.root, name("b"), file)).toBe(first);
    const executable = table.remember(table.root, name("c"), { ...file, executable: true });
    expect(executable.id).not.toBe(first.id);
    expect(executable.number).not.toBe(first.number);
  });

  it("has an inode for each place of a directory", () => {
    const table = new InodeTable(directory);
    const first = table.remember(table.root, name("a"), directory);
    const second = table.remember(table.root, name("b"), directory);
    expect(first.number).not.toBe(second.number);
    expect(table.remember(first, name("a"), directory).number).not.toBe(first.number);
    expect(Buffer.from(table.path(table.remember(second, name("d"), directory))).toString()).toBe("/b/d");
  });

  it("keeps what the kernel knows until it has forgotten it as often, and numbers it the same again", () => {
    const table = new InodeTable(directory);
    const first = table.remember(table.root, name("a"), directory);
    table.remember(table.root, name("a"), directory);
    table.forget(first.id, 1);
    expect(table.get(first.id)).toBe(first);
    table.forget(first.id, 1);
    expect(table.get(first.id)).toBeUndefined();
    const again = table.remember(table.root, name("a"), directory);
    expect(again.id).not.toBe(first.id);
    expect(again.number).toBe(first.number);
  });

  it("never forgets the root", () => {
    const table = new InodeTable(directory);
    table.forget(table.root.id, 1_000_000);
    expect(table.get(1)).toBe(table.root);
  });
});
