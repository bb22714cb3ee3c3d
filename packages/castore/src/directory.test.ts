import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { DirectorySchema } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { describe, expect, it } from "vitest";
import { emptyB3Digest, hashB3 } from "./b3-hasher.ts";
import { Directory } from "./directory.ts";
import type { NamedNode, Node } from "./node.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (size = 0n): Node => ({ kind: "file", digest: emptyB3Digest, size, executable: false });
const named = (name: string | Uint8Array, node: Node = file()): NamedNode => ({
  name: typeof name === "string" ? bytes(name) : name,
  node,
});
const symlink = (target: string): Node => ({ kind: "symlink", target: bytes(target) });
const names = (directory: Directory): string[] => directory.entries.map((entry) => Buffer.from(entry.name).toString());

describe("Directory", () => {
  it("of nothing has the digest of no bytes", () => {
    expect(Directory.empty.digest.hex).toBe(emptyB3Digest.hex);
    expect(Directory.empty.size).toBe(0n);
  });

  it("sorts entries over all kinds by their bytes", () => {
    const directory = Directory.of([named("b"), named("a", symlink("x")), named("B", Directory.empty.toNode())]);
    expect(names(directory)).toEqual(["B", "a", "b"]);
  });

  it("has the digest of its protobuf encoding", () => {
    const node = { name: bytes(".keep"), digest: emptyB3Digest.toBytes(), size: 0n, executable: false };
    const encoded = toBinary(DirectorySchema, create(DirectorySchema, { files: [node] }));
    expect(Directory.of([named(".keep")]).digest.hex).toBe(hashB3(encoded).hex);
  });

  it("survives encoding and decoding with names that are no UTF-8", () => {
    const strange = Uint8Array.of(0xff, 0x0a, 0x80);
    const directory = Directory.of([named(strange), named("z", symlink("/nix/../x"))]);
    const decoded = Directory.fromBytes(directory.bytes);
    expect(decoded.digest.hex).toBe(directory.digest.hex);
    expect(decoded.find(strange)).toEqual(file());
    expect(decoded.find(bytes("nothing"))).toBeUndefined();
  });

  it("counts the entries of all levels", () => {
    const leaf = Directory.of([named("a"), named("b")]);
    const root = Directory.of([named("x", leaf.toNode()), named("y", leaf.toNode()), named("z")]);
    expect(root.size).toBe(7n);
  });

  it.each([
    ["an empty name", [named("")], "it is empty"],
    ["a dot", [named(".")], "it is reserved"],
    ["two dots", [named("..")], "it is reserved"],
    ["a slash", [named("a/b")], "it has a slash"],
    ["a NUL", [named("a\0")], "it has a NUL"],
    ["a name of 256 bytes", [named("x".repeat(256))], "256 bytes long"],
    ["an empty target", [named("a", symlink(""))], "it is empty"],
    ["a target with a NUL", [named("a", symlink("a\0"))], "it has a NUL"],
    ["a target of 4096 bytes", [named("a", symlink("x".repeat(4096)))], "4096 bytes long"],
    ["one name twice", [named("a"), named("a", symlink("b"))], '"a" occurs twice'],
    [
      "a size beyond 64 bits",
      [named("a", { ...Directory.empty.toNode(), size: 0xffff_ffff_ffff_ffffn })],
      "does not fit 64 bits",
    ],
  ])("refuses %s", (_what, entries, reason) => {
    expect(() => Directory.of(entries)).toThrow(reason);
  });

  it("takes names of 255 bytes, and `...`", () => {
    expect(names(Directory.of([named("x".repeat(255)), named("...")]))).toHaveLength(2);
  });

  it("refuses a message whose list is not ascending, though `of` would sort it", () => {
    const entry = (name: string) => ({ name: bytes(name), digest: emptyB3Digest.toBytes(), size: 0n });
    const message = create(DirectorySchema, { files: [entry("b"), entry("a")] });
    expect(() => Directory.fromMessage(message)).toThrow('the name "a" comes after "b"');
    const twice = create(DirectorySchema, { directories: [entry("a")], files: [entry("a")] });
    expect(() => Directory.fromMessage(twice)).toThrow('"a" occurs twice');
  });

  it("refuses a message with a short digest, unknown fields, or no message at all", () => {
    const short = create(DirectorySchema, { files: [{ name: bytes("a"), digest: new Uint8Array(31) }] });
    expect(() => Directory.fromMessage(short)).toThrow("31 bytes long, not 32");
    const unknown = fromBinary(DirectorySchema, Uint8Array.of(0x78, 0x01));
    expect(() => Directory.fromMessage(unknown)).toThrow("unknown fields");
    expect(() => Directory.fromBytes(Uint8Array.of(0x0a, 0x7f))).toThrow("Cannot read directory");
  });
});
