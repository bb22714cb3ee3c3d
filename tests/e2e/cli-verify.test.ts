import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("verify");
const tvix = new LonelyTvix();
afterAll(() => {
  folder[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

const tree = join(folder.path, "tree");
const addresses = (store: string, from = ""): string[] =>
  ["blob", "directory", "path-info"].flatMap((service) => [
    `--${from}${service}-service-addr`,
    `objectstore+file://${folder.path}/${store}`,
  ]);

function objects(store: string, kind: string): readonly string[] {
  const entries = readdirSync(join(folder.path, store, kind), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("tvix store verify", () => {
  let storePath: string;
  beforeAll(async () => {
    mkdirSync(join(tree, "sub"), { recursive: true });
    writeFileSync(join(tree, "sub/large"), Buffer.alloc(3_000_000, "large and much the same"));
    writeFileSync(join(tree, "text"), "some text\n");
    for (const store of ["one", "two"]) {
      const { stdout, exitCode } = await tvix.run(["store", "import", ...addresses(store), tree]);
      expect(exitCode).toBe(0);
      storePath = stdout.trim();
    }
  });

  test("finds nothing wrong with an intact store, and with an empty one", async () => {
    for (const [store, pathCount] of [
      ["one", 1],
      ["nothing", 0],
    ] as const) {
      const { stdout, stderr, exitCode } = await tvix.run(["store", "verify", ...addresses(store)]);
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      expect(stdout).toMatch(new RegExp(`^All is there and intact: ${pathCount} paths, `));
    }
  });

  test("names the paths with missing and damaged contents, and fails", async () => {
    const [first, ...others] = objects("one", "chunks");
    writeFileSync(first as string, "damaged");
    for (const other of others) rmSync(other);
    const { stdout, stderr, exitCode } = await tvix.run(["store", "verify", ...addresses("one")]);
    expect(exitCode).toBe(1);
    for (const line of stdout.trim().split("\n")) expect(line.startsWith(`${storePath}: Cannot read `)).toBe(true);
    expect(stderr).toContain("is damaged and was set aside");
    expect(stderr).toContain("error: Cannot verify the store: ");
  });

  test("--repair brings back from another store what is missing or damaged", async () => {
    for (const kind of ["dirs", "pathinfos"]) {
      const [object] = objects("one", kind);
      const content = readFileSync(object as string);
      writeFileSync(object as string, content.subarray(0, content.length >> 1));
    }
    rmSync(join(folder.path, "one/directories"), { recursive: true });
    const from = addresses("two", "from-");
    const repair = await tvix.run(["store", "verify", "--repair", ...addresses("one"), ...from]);
    expect(repair.stderr).toContain("is damaged and was set aside");
    expect({ stdout: repair.stdout, exitCode: repair.exitCode }).toEqual({
      stdout: expect.stringMatching(/^All is there and intact: 1 paths, 2 directories, 2 blobs of 3000010 bytes\n$/),
      exitCode: 0,
    });
    const again = await tvix.run(["store", "verify", ...addresses("one")]);
    expect({ stderr: again.stderr, exitCode: again.exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });
});
