import { describe, expect, it } from "vitest";
import { formatFlakeReference, parseFlakeReference } from "./flake-reference.ts";

type InputRecord = Readonly<Record<string, string | boolean | number | bigint>>;

const rules = { features: new Set<string>() };
const rev = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed";
const narHash = "sha256-/+YzqFMiP5JbXwv9HnJbkmHWQ2zJYTF1xMwLvCaCWCU=";

function parse(text: string): Record<string, unknown> {
  return Object.fromEntries(parseFlakeReference(text, rules));
}

function format(attributes: InputRecord, features: string[] = []): string {
  return formatFlakeReference(new Map(Object.entries(attributes)), { features: new Set(features) });
}

/** References, what they say, and how they are written again if not in the same way. */
const pairs: readonly (readonly [text: string, attributes: InputRecord, written?: string])[] = [
  ["nixpkgs", { type: "indirect", id: "nixpkgs" }, "flake:nixpkgs"],
  ["flake:nixpkgs/branch", { type: "indirect", id: "nixpkgs", ref: "branch" }],
  [`nixpkgs/${rev.toUpperCase()}`, { type: "indirect", id: "nixpkgs", rev }, `flake:nixpkgs/${rev}`],
  [`nixpkgs/b///${rev}///`, { type: "indirect", id: "nixpkgs", ref: "b", rev }, `flake:nixpkgs/b/${rev}`],
  ["flake:/nixpkgs///branch////", { type: "indirect", id: "nixpkgs", ref: "branch" }, "flake:nixpkgs/branch"],
  ["/foo/bar", { type: "path", path: "/foo/bar" }, "path:/foo/bar"],
  ["/", { type: "path", path: "/" }, "path:/"],
  ["/a%20b", { type: "path", path: "/a%20b" }, "path:/a%2520b"],
  ["/a b/c?dir=d e", { type: "path", path: "/a b/c", dir: "d e" }, "path:/a%20b/c?dir=d%20e"],
  [
    `/a?revCount=123&rev=${rev}&lastModified=5`,
    { type: "path", path: "/a", revCount: 123, rev, lastModified: 5 },
    `path:/a?lastModified=5&rev=${rev}&revCount=123`,
  ],
  ["path:./a", { type: "path", path: "./a" }],
  [
    `path:/a?narHash=${narHash}`,
    { type: "path", path: "/a", narHash },
    `path:/a?narHash=${narHash.replaceAll("+", "%2B").replaceAll("=", "%3D")}`,
  ],
  ["github:a/b", { type: "github", owner: "a", repo: "b" }],
  ["github:a/b/v1?dir=lib", { type: "github", owner: "a", repo: "b", ref: "v1", dir: "lib" }],
  ["github:a/b/feature/x", { type: "github", owner: "a", repo: "b", ref: "feature/x" }, "github:a/b/feature%2Fx"],
  [`github:a/b/${rev}`, { type: "github", owner: "a", repo: "b", rev }],
  [
    `sourcehut:~a/b?host=example.org&rev=${rev}`,
    { type: "sourcehut", owner: "~a", repo: "b", host: "example.org", rev },
    `sourcehut:~a/b/${rev}?host=example.org`,
  ],
  ["gitlab:a%252Fb/c", { type: "gitlab", owner: "a%2Fb", repo: "c" }],
  [
    "github://////owner%42/////repo%41///branch%43////",
    { type: "github", owner: "ownerB", repo: "repoA", ref: "branchC" },
    "github:ownerB/repoA/branchC",
  ],
  ["github:a/b?ref=branch%23", { type: "github", owner: "a", repo: "b", ref: "branch#" }, "github:a/b/branch%23"],
  ["git://host/repo?ref=branch", { type: "git", url: "git://host/repo", ref: "branch" }],
  [
    `git+https://u:p%40q@host:0443/repo?shallow=1&submodules=0&x=y&rev=${rev}&ref=v1`,
    { type: "git", url: "https://u:p%40q@host:443/repo?x=y", shallow: true, submodules: false, rev, ref: "v1" },
    `git+https://u:p%40q@host:443/repo?ref=v1&rev=${rev}&shallow=1&x=y`,
  ],
  ["git+file:/repo", { type: "git", url: "file:/repo" }],
  ["git+ssh://git@[::1]/repo?lfs=1", { type: "git", url: "ssh://git@[::1]/repo", lfs: true }],
  ["hg+https://host/repo?ref=b&x=y", { type: "hg", url: "https://host/repo?x=y", ref: "b" }],
  [
    "https://host/+3d.tar.gz?a=b&dir=c",
    { type: "tarball", url: "https://host/%2B3d.tar.gz?a=b", dir: "c" },
    "https://host/%2B3d.tar.gz?a=b&dir=c",
  ],
  ["https://host", { type: "tarball", url: "https://host" }],
  ["file:///a.zip", { type: "tarball", url: "file:///a.zip" }],
  [
    "tarball+http://host/x?rev=1&lastModified=2",
    { type: "tarball", url: "http://host/x", rev: "1", lastModified: 2 },
    "http://host/x",
  ],
  ["file+https://host/x.tar", { type: "file", url: "https://host/x.tar" }, "https://host/x.tar"],
];
const references = pairs.map(([text, attributes, written = text]) => ({ text, attributes, written }));

describe("parseFlakeReference", () => {
  it.each(references)("reads $text", ({ text, attributes }) => expect(parse(text)).toEqual(attributes));

  it.each([
    ["./foo", "'./foo' is not an absolute path"],
    ["", "'' is not an absolute path"],
    ["a/b/c", "in flake URL 'flake:a/b/c', 'c' is not a commit hash"],
    ["nixpkgs#hello", "unexpected fragment 'hello' in flake reference 'nixpkgs#hello'"],
    ['/foo#"a.b"', "unexpected fragment '\"a.b\"'"],
    ["github:a", "URL 'github:a' is invalid"],
    [`github:a/b/x.git?ref=${rev}`, "contains multiple branch/tag names"],
    [`github:a/b/${rev}?rev=${rev}`, "contains multiple commit hashes"],
    [`github:a/b/x?rev=${rev}`, "contains both a commit hash"],
    ["github:a/b?foo=1", "contains unknown parameter 'foo'"],
    ["github:a/b?host=a/b", "contains an invalid instance host"],
    ["github:a/b/a..b", "contains an invalid branch/tag name"],
    ["github:a/b?rev=123", 'Cannot parse hash "123"'],
    ["/foo?x=1", "path URL 'path:///foo?x=1' has unsupported parameter 'x'"],
    ["path:/foo?revCount=x", "has invalid parameter 'revCount'"],
    ["path://host/foo", "should not have an authority ('host')"],
    ["path:/a%2Fb", "component 'a/b' contains '/'"],
    ["git+https://host/x?ref=a..b", "invalid Git branch/tag name 'a..b'"],
    ["git+https://host/x?publicKey=k", "experimental Nix feature 'verified-fetches' is disabled"],
    ["hg+https://host/x?ref=-a", "invalid Mercurial branch/tag name '-a'"],
    ["gopher://host/x", "input 'gopher://host/x' is unsupported"],
    ["file+git:///x", "did you mean 'git+file' instead of 'file+git'?"],
    ["https://host:99999/x", "port '99999' is invalid"],
    ["https://ho st/x", "is not a valid URL"],
    ["https://host/%zz", "is not a valid URL"],
    ["https://[::g]/x", "is not a valid URL"],
    ["git+file://host/x", "has unexpected authority 'host'"],
  ])("refuses %s", (text, message) => expect(() => parse(text)).toThrow(message));
});

describe("formatFlakeReference", () => {
  it.each(references)("writes what $text says", ({ attributes, written }) => expect(format(attributes)).toBe(written));

  it.each([
    [{ type: "git", url: "git@host:a/b.git", ref: "v1" }, "git+ssh://git@host/a/b.git?ref=v1"],
    [{ type: "git", url: "host:/a" }, "git+ssh://host/a"],
    [{ type: "git", url: "u@[::1]:a" }, "git+ssh://u@[::1]/a"],
    [{ type: "git", url: "/a b" }, "git+file:///a%20b"],
    [
      { type: "git", url: "git+https://host/a", exportIgnore: true, allRefs: true },
      "git+https://host/a?exportIgnore=1",
    ],
    [
      { type: "github", owner: "a", repo: "b", rev, narHash: "" },
      `github:a/b/${rev}?narHash=sha256-${"A".repeat(43)}%3D`,
    ],
    [{ type: "path", path: "/a/b//c/", __final: true }, "path:/a/b/c/"],
  ] as readonly (readonly [InputRecord, string])[])("writes %j", (attributes, written) =>
    expect(format(attributes)).toBe(written),
  );

  it("writes the keys that verify a commit", () => {
    const git = { type: "git", url: "https://host/a", verifyCommit: true };
    const features = ["verified-fetches"];
    expect(format({ ...git, publicKey: "k" }, features)).toBe(
      "git+https://host/a?keytype=ssh-ed25519&publicKey=k&verifyCommit=1",
    );
    const keys = JSON.stringify([{ type: "ssh-rsa", key: "k" }, { key: "l" }]);
    expect(decodeURIComponent(format({ ...git, publicKeys: keys }, features))).toBe(
      'git+https://host/a?publicKeys=[{"key":"k","type":"ssh-rsa"},{"key":"l","type":"ssh-ed25519"}]&verifyCommit=1',
    );
    expect(() => format({ ...git, publicKeys: "{}" }, features)).toThrow("is not an array");
  });

  it.each([
    [{}, "'type' attribute to specify input scheme is required but not provided"],
    [{ type: "foo", a: 1 }, `cannot show unsupported input '{"a":1,"type":"foo"}'`],
    [{ type: "github", owner: "a" }, "input attribute 'repo' is missing"],
    [{ type: "github", owner: "a", repo: "b", url: "c" }, "input attribute 'url' not supported by scheme 'github'"],
    [{ type: "path", path: 1 }, `input attribute 'path' is not a string {"path":1,"type":"path"}`],
    [{ type: "path", path: "/", lastModified: "1" }, "input attribute 'lastModified' is not an integer"],
    [{ type: "git", url: "https://a", shallow: "1" }, "input attribute 'shallow' is not a Boolean"],
    [{ type: "git", url: "a" }, "'a' doesn't have a scheme"],
    [{ type: "git", url: "host:" }, "has an empty path"],
    [{ type: "git", url: "[x]:a" }, "'x' is not a valid IPv6 address"],
    [{ type: "indirect", id: "1" }, "'1' is not a valid flake ID"],
    [{ type: "tarball", url: "https://a", narHash: "sha512-AA==" }, "Cannot parse hash"],
    [{ type: "tarball", url: "https://a", dir: 1 }, "input attribute 'dir' is not a string"],
  ] as readonly (readonly [InputRecord, string])[])("refuses %j", (attributes, message) =>
    expect(() => format(attributes)).toThrow(message),
  );
});
