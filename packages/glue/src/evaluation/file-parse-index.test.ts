import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileParseIndex } from "./file-parse-index.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tvix-file-parse-index-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function files(): string[] {
  return readdirSync(directory).map((name) => join(directory, name));
}

/** As a process does that meets these texts for the first time. */
function keep(...texts: string[]): void {
  const index = createFileParseIndex(directory);
  for (const text of texts) index.add(bytesOf(text), "globals", treeOf(text));
  index.flush();
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function treeOf(text: string): Uint8Array {
  return bytesOf(`the tree of ${text}`);
}

/** As a process does that starts now. */
function find(text: string, circumstances = "globals"): Uint8Array | undefined {
  const found = createFileParseIndex(directory).find(bytesOf(text), circumstances);
  return found && new Uint8Array(found);
}

describe("createFileParseIndex", () => {
  it("finds in a later process what an earlier one has kept, by text and circumstances", () => {
    keep("a", "b");
    keep("c");
    for (const text of ["a", "b", "c"]) expect(find(text)).toEqual(treeOf(text));
    expect(find("d")).toBeUndefined();
    expect(find("a", "other globals")).toBeUndefined();
  });

  it("finds what it was given, before and after it is written", () => {
    const index = createFileParseIndex(directory);
    expect(index.find(bytesOf("a"), "")).toBeUndefined();
    index.add(bytesOf("a"), "", treeOf("a"));
    expect(index.find(bytesOf("a"), "")).toEqual(treeOf("a"));
    index.flush();
    expect(new Uint8Array(index.find(bytesOf("a"), "") ?? [])).toEqual(treeOf("a"));
  });

  it("writes nothing when there is nothing new", () => {
    createFileParseIndex(directory).flush();
    expect(files()).toEqual([]);
  });

  it("finds nothing in a file with another byte anywhere, or that ends early, and the rest in others", () => {
    keep("a");
    const [file = ""] = files();
    keep("b");
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 64;
      writeFileSync(file, damaged);
      expect([at, find("a"), find("b")]).toEqual([at, undefined, treeOf("b")]);
    }
    writeFileSync(file, bytes);
    for (let length = bytes.length - 1; length >= 0; length--) {
      truncateSync(file, length);
      expect(find("a")).toBeUndefined();
    }
    writeFileSync(file, bytes);
    expect(find("a")).toEqual(treeOf("a"));
  });

  it("makes one file of many, without what is damaged", () => {
    for (let number = 0; number < 7; number++) keep(`text ${number}`, "always");
    writeFileSync(join(directory, "damaged.trees"), "tvix");
    const open = createFileParseIndex(directory);
    expect(open.find(bytesOf("text 3"), "globals")).toBeDefined();
    keep("the last");
    expect(files()).toHaveLength(1);
    for (let number = 0; number < 7; number++) expect(find(`text ${number}`)).toEqual(treeOf(`text ${number}`));
    expect(find("the last")).toEqual(treeOf("the last"));
    expect(find("always")).toEqual(treeOf("always"));
    // Who has the files open goes on reading them.
    expect(new Uint8Array(open.find(bytesOf("text 5"), "globals") ?? [])).toEqual(treeOf("text 5"));
  });

  it("starts anew when there is too much, and when there is something that isn't its own", () => {
    for (let number = 0; number < 7; number++) keep(`text ${number}`);
    mkdirSync(join(directory, "a folder"));
    const index = createFileParseIndex(directory, 100);
    index.add(bytesOf("new"), "globals", treeOf("new"));
    index.flush();
    expect(files()).toHaveLength(1);
    expect(find("text 1")).toBeUndefined();
    expect(find("new")).toEqual(treeOf("new"));
  });

  it("fails at nothing where it can't write", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    const index = createFileParseIndex(join(file, "below"));
    index.add(bytesOf("a"), "", treeOf("a"));
    index.flush();
    expect(index.find(bytesOf("a"), "")).toBeUndefined();
  });
});
