import { describe, expect, it } from "vitest";
import { isInStore, StorePath, splitPathInStore } from "./store-path.ts";

const baseName = "vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo";

describe("StorePath", () => {
  it("parse() and parseAbsolute() give back what they were given", () => {
    const path = StorePath.parseAbsolute(`/nix/store/${baseName}`);
    expect(path.name).toBe("foo");
    expect(path.digest).toHaveLength(20);
    expect(path.hashPart).toBe("vxjiwkjkn7x4079qvh1jkl5pn05j2aw0");
    expect(path.absolute()).toBe(`/nix/store/${baseName}`);
    expect(path.absolute("/gnu/store")).toBe(`/gnu/store/${baseName}`);
    expect(String(new StorePath(path.digest, "foo"))).toBe(baseName);
    expect(path.equals(StorePath.parse(baseName))).toBe(true);
    expect(path.equals(new StorePath(path.digest, "bar"))).toBe(false);
  });

  it.each([".foo", "...", "a?b", "a=b", "A+b_1.2-c", "x".repeat(211)])("takes the name %s, as Nix does", (name) => {
    expect(StorePath.parse(`vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-${name}`).name).toBe(name);
  });

  it.each([
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-", "the name is empty"],
    [`vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-${"x".repeat(212)}`, "longer than 211"],
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-.", 'the name starts with "."'],
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-..-b", 'the name starts with ".."'],
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-a b", 'illegal character " "'],
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-ä", 'illegal character "ä"'],
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-a/b", 'illegal character "/"'],
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0", 'no "-" after 32 digits'],
    ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw-foo", 'no "-" after 32 digits'],
    ["exjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo", 'character "e" at 0'],
    ["", 'no "-"'],
  ])("parse(%j) names the reason: %s", (text, reason) => {
    expect(() => StorePath.parse(text)).toThrow(reason);
  });

  it.each([`/nix/stor/${baseName}`, `/nix/store${baseName}`, baseName, "/nix/store", "/nix/store/"])(
    "parseAbsolute() refuses %s, which isn't in the store",
    (path) => {
      expect(() => StorePath.parseAbsolute(path)).toThrow("it isn't in /nix/store");
      expect(isInStore(path)).toBe(false);
    },
  );

  it("the constructor refuses digests that aren't 20 bytes", () => {
    expect(() => new StorePath(new Uint8Array(19), "foo")).toThrow("digest of 19 bytes");
  });
});

describe("splitPathInStore()", () => {
  it("splits after the name and keeps the rest as it is", () => {
    expect(splitPathInStore(`/nix/store/${baseName}`).subPath).toBe("");
    const split = splitPathInStore(`/nix/store/${baseName}/bin//sh/`);
    expect(split.storePath.baseName).toBe(baseName);
    expect(split.subPath).toBe("/bin//sh/");
  });
});
