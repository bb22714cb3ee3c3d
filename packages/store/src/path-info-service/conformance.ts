import { B3Digest, type Node } from "@tvix-mesh/castore";
import { hashBytes, makeTextPath, StorePath } from "@tvix-mesh/nix-compat";
import { describe, expect, it } from "vitest";
import type { PathInfo } from "../path-info.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** A service under test, and what gives it back. */
export interface PathInfoServiceFixture extends AsyncDisposable {
  readonly service: PathInfoService;
}

const file: Node = { kind: "file", digest: B3Digest.fromBytes(new Uint8Array(32).fill(7)), size: 3n, executable: true };

/** A well-formed path info, different for each `name`. */
export function examplePathInfo(name: string, overrides: Partial<PathInfo> = {}): PathInfo {
  return {
    storePath: makeTextPath(name, hashBytes("sha256", name), []),
    node: file,
    references: [],
    narSizeBytes: 128n,
    narSha256: hashBytes("sha256", `nar of ${name}`).digest,
    signatures: [],
    ...overrides,
  };
}

function fullPathInfo(): PathInfo {
  const other = examplePathInfo("other").storePath;
  const { storePath } = examplePathInfo("full");
  return examplePathInfo("full", {
    node: { kind: "directory", digest: B3Digest.fromBytes(new Uint8Array(32).fill(9)), size: 12n },
    references: [other, storePath],
    narSizeBytes: 2n ** 63n,
    signatures: [
      { name: "cache.example.org-1", data: new Uint8Array(64).fill(1) },
      { name: "second", data: new Uint8Array(64).fill(2) },
    ],
    deriver: new StorePath(new Uint8Array(20).fill(5), "full.drv"),
    ca: { method: "flat", hash: hashBytes("sha512", "content") },
  });
}

function comparable(pathInfo: PathInfo | undefined) {
  return (
    pathInfo && {
      ...pathInfo,
      storePath: pathInfo.storePath.baseName,
      references: pathInfo.references.map((reference) => reference.baseName),
      deriver: pathInfo.deriver?.baseName,
      ca: pathInfo.ca,
      narSha256: Buffer.from(pathInfo.narSha256).toString("hex"),
      signatures: pathInfo.signatures.map(({ name, data }) => `${name}:${Buffer.from(data).toString("base64")}`),
    }
  );
}

function expectSame(actual: PathInfo | undefined, expected: PathInfo): void {
  expect(comparable(actual)).toEqual(comparable(expected));
}

async function storedNames(service: PathInfoService): Promise<readonly string[]> {
  const names = (await Array.fromAsync(service.list())).map(({ storePath }) => storePath.name);
  return names.sort();
}

/** Tests that hold for every PathInfoService. `open` makes an empty one. */
export function describePathInfoService(title: string, open: () => Promise<PathInfoServiceFixture>): void {
  describe(title, () => {
    it("get() of an unknown path is undefined", async () => {
      await using fixture = await open();
      expect(await fixture.service.get(new Uint8Array(20))).toBeUndefined();
    });

    it.for([0, 19, 21, 32])("get() refuses a digest of %i bytes", async (length) => {
      await using fixture = await open();
      await expect(fixture.service.get(new Uint8Array(length))).rejects.toMatchObject({ code: "invalid-argument" });
    });

    it("get() answers what was put, with every field", async () => {
      await using fixture = await open();
      const pathInfo = fullPathInfo();
      expectSame(await fixture.service.put(pathInfo), pathInfo);
      expectSame(await fixture.service.get(pathInfo.storePath.digest), pathInfo);
    });

    it.for<[string, Node]>([
      ["a file", file],
      ["a symlink to bytes that are no UTF-8", { kind: "symlink", target: new Uint8Array([0x2f, 0xff, 0x80]) }],
      ["a directory", { kind: "directory", digest: B3Digest.fromBytes(new Uint8Array(32)), size: 0n }],
    ])("get() answers what was put for %s", async ([, node]) => {
      await using fixture = await open();
      const pathInfo = examplePathInfo("node", { node });
      await fixture.service.put(pathInfo);
      expectSame(await fixture.service.get(pathInfo.storePath.digest), pathInfo);
    });

    it("put() replaces what was there", async () => {
      await using fixture = await open();
      const later = examplePathInfo("twice", { narSizeBytes: 99n });
      await fixture.service.put(examplePathInfo("twice"));
      await fixture.service.put(later);
      expectSame(await fixture.service.get(later.storePath.digest), later);
      expect(await storedNames(fixture.service)).toEqual(["twice"]);
    });

    it.for<[string, Partial<PathInfo>]>([
      ["a NAR hash of 20 bytes", { narSha256: new Uint8Array(20) }],
      ["a signature of 63 bytes", { signatures: [{ name: "key", data: new Uint8Array(63) }] }],
      ["a deriver that is no derivation", { deriver: new StorePath(new Uint8Array(20), "hello") }],
      [
        "a content address of the wrong length",
        { ca: { method: "flat", hash: { algorithm: "sha1", digest: new Uint8Array(32) } } },
      ],
    ])("put() refuses %s and stores nothing", async ([, wrong]) => {
      await using fixture = await open();
      const pathInfo = examplePathInfo("wrong", wrong);
      await expect(fixture.service.put(pathInfo)).rejects.toMatchObject({ code: "invalid-argument" });
      expect(await fixture.service.get(pathInfo.storePath.digest)).toBeUndefined();
    });

    it("list() of an empty service is empty", async () => {
      await using fixture = await open();
      expect(await storedNames(fixture.service)).toEqual([]);
    });

    it("list() has each path info once", async () => {
      await using fixture = await open();
      const names = Array.from({ length: 100 }, (_, index) => `path-${index}`).sort();
      await Promise.all(names.map((name) => fixture.service.put(examplePathInfo(name))));
      expect(await storedNames(fixture.service)).toEqual(names);
    });

    it("list() may be left before its end", async () => {
      await using fixture = await open();
      for (const name of ["a", "b", "c"]) await fixture.service.put(examplePathInfo(name));
      for await (const _ of fixture.service.list()) break;
      expect(await storedNames(fixture.service)).toEqual(["a", "b", "c"]);
    });
  });
}
