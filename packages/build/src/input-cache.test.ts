import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { B3Digest, type DirectoryNode, type FileNode } from "@tvix-mesh/castore";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputCache, type InputCacheOptions } from "./input-cache.ts";

let directory: string;
let exported: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "input-cache-test-"));
  exported = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (byte: string, executable = false): FileNode => ({
  kind: "file",
  digest: B3Digest.fromHex(byte.repeat(32)),
  size: 1n,
  executable,
});

async function writeDigest(node: FileNode | DirectoryNode, path: string): Promise<void> {
  exported.push(node.digest.hex.slice(0, 2));
  writeFileSync(path, node.digest.hex.repeat(64));
  if (node.kind === "file" && node.executable) chmodSync(path, 0o755);
}

function open(change: Partial<InputCacheOptions> = {}): Promise<InputCache> {
  return InputCache.open({
    directory: join(directory, "inputs"),
    maxSizeBytes: 1e9,
    exportNode: writeDigest,
    ...change,
  });
}

const contentsOf = () => readdirSync(join(directory, "inputs")).filter((name) => name !== "boot-id");

describe("InputCache", () => {
  it("exports an input once for builds side by side and later", async () => {
    const cache = await open();
    const inputs = await Promise.all([cache.acquire(file("aa"), undefined), cache.acquire(file("aa"), undefined)]);
    for (const input of inputs) input[Symbol.dispose]();
    expect(readFileSync((await cache.acquire(file("aa"), undefined)).path, "latin1")).toMatch(/^aaaa/);
    expect(exported).toEqual(["aa"]);
  });

  it("keeps what it has over a restart, but not over one of the machine", async () => {
    await (await open()).acquire(file("aa"), undefined);
    await (await open()).acquire(file("aa"), undefined);
    expect(exported).toEqual(["aa"]);
    writeFileSync(join(directory, "inputs/boot-id"), "another");
    await (await open()).acquire(file("aa"), undefined);
    expect(exported).toEqual(["aa", "aa"]);
  });

  it("removes what an interrupted export left", async () => {
    await open();
    mkdirSync(join(directory, "inputs/draft-1"));
    await open();
    expect(contentsOf()).toEqual([]);
  });

  it("tells executables and files of the same digest apart", async () => {
    const cache = await open();
    const plain = lstatSync((await cache.acquire(file("aa"), undefined)).path);
    const executable = lstatSync((await cache.acquire(file("aa", true), undefined)).path);
    expect([plain.mode & 0o100, executable.mode & 0o100]).toEqual([0, 0o100]);
  });

  it("removes the least recently used inputs that no build holds when they take too much room", async () => {
    const cache = await open({ maxSizeBytes: 9000 });
    const held = await cache.acquire(file("aa"), undefined);
    const second = await cache.acquire(file("bb"), undefined);
    second[Symbol.dispose]();
    (await cache.acquire(file("cc"), undefined))[Symbol.dispose]();
    expect(existsSync(held.path)).toBe(true);
    expect(existsSync(second.path)).toBe(false);
    expect(contentsOf()).toHaveLength(2);
  });

  it("tells every waiting build why an export failed, and tries again for the next", async () => {
    let attempts = 0;
    const cache = await open({
      async exportNode(node, path) {
        if (attempts++ === 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        await writeDigest(node, path);
      },
    });
    const both = [cache.acquire(file("aa"), undefined), cache.acquire(file("aa"), undefined)];
    for (const one of both) await expect(one).rejects.toMatchObject({ code: "resource-exhausted" });
    await cache.acquire(file("aa"), undefined);
  });

  it("ends an export that nobody waits for any more", async () => {
    const started = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const cache = await open({
      exportNode: (_node, _path, { signal }) =>
        new Promise((_resolve, reject) => {
          started.resolve();
          signal?.addEventListener("abort", () => {
            stopped.resolve();
            reject(signal.reason);
          });
        }),
    });
    const controllers = [new AbortController(), new AbortController()];
    const both = controllers.map(({ signal }) => cache.acquire(file("aa"), signal));
    await started.promise;
    for (const [index, controller] of controllers.entries()) {
      controller.abort(new Error("enough"));
      await expect(both[index]).rejects.toThrow("enough");
    }
    await stopped.promise;
  });
});
