import { describe, expect, test } from "vitest";
import { parseNixPath, parseSearchPathEntry } from "./search-path.ts";

describe("parseSearchPathEntry", () => {
  test("makes a relative path absolute, with and without a prefix", () => {
    expect(parseSearchPathEntry("pkgs=../p", "/a/b")).toEqual({ prefix: "pkgs", path: "/a/p" });
    expect(parseSearchPathEntry(".", "/a/b")).toEqual({ prefix: "", path: "/a/b" });
  });

  test("leaves URLs as they are", () => {
    const url = "https://example.org/n.tar.gz?a=b";
    expect(parseSearchPathEntry(`n=${url}`, "/a")).toEqual({ prefix: "n", path: url });
  });
});

describe("parseNixPath", () => {
  test("separates at colons, but not at those of URLs and channels", () => {
    expect(parseNixPath("a=/x:https://example.org/y:b=channel:nixos::/z", "/")).toEqual([
      { prefix: "a", path: "/x" },
      { prefix: "", path: "https://example.org/y" },
      { prefix: "b", path: "channel:nixos" },
      { prefix: "", path: "/z" },
    ]);
  });
});
