import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blobServiceKind, Directory, directoryServiceKind, importTree } from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import { Composition, type ServiceKind } from "@tvix-mesh/service";
import { addNode, narCalculationOf, type PathInfo, pathInfoServiceKind, type StoreServices } from "@tvix-mesh/store";
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

/** The services of a store that the commands name by `addresses`. */
async function openStores(store: string) {
  const config = { type: "objectstore", address: `file://${folder.path}/${store}` };
  const open = <Service extends object>({ section, backends }: ServiceKind<Service>): Promise<Service> =>
    new Composition<Service>({ kind: section, backends, instances: { root: config }, report: () => undefined }).resolve(
      "root",
    );
  const castore = { blobs: await open(blobServiceKind), directories: await open(directoryServiceKind) };
  const pathInfos = await open(pathInfoServiceKind);
  return { ...castore, pathInfos, narCalculation: narCalculationOf(pathInfos, castore) };
}

async function importFile(services: StoreServices, name: string): Promise<PathInfo> {
  return addNode(services, name, await importTree(join(tree, "text"), services));
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

  test("--no-contents sees what is missing, and reads nothing", async () => {
    const damaged = join(folder.path, "three");
    await tvix.run(["store", "import", ...addresses("three"), tree]);
    const [first, second] = objects("three", "chunks") as [string, string];
    writeFileSync(first, "damaged");
    const looked = await tvix.run(["store", "verify", "--no-contents", ...addresses("three")]);
    expect({ ...looked, stderr: "" }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^All is there: /) });
    rmSync(join(damaged, "directories"), { recursive: true });
    rmSync(join(damaged, "dirs"), { recursive: true });
    rmSync(second);
    const again = await tvix.run(["store", "verify", "--no-contents", ...addresses("three")]);
    expect({ exitCode: again.exitCode, stdout: again.stdout }).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("it is missing"),
    });
  });

  test("finds a path info whose archive is another one", async () => {
    const services = await openStores("four");
    const { narSizeBytes, narSha256, ...pathInfo } = await importFile(services, "right");
    const lies = [
      { narSizeBytes: narSizeBytes + 1n, narSha256 },
      { narSizeBytes, narSha256: narSha256.with(7, (narSha256[7] ?? 0) ^ 1) },
    ];
    for (const [index, lie] of lies.entries()) {
      const storePath = new StorePath(new Uint8Array(20).fill(index + 1), `wrong-${index}`);
      await services.pathInfos.put({ ...pathInfo, ...lie, storePath });
    }
    const { stdout, exitCode } = await tvix.run(["store", "verify", ...addresses("four")]);
    expect(exitCode).toBe(1);
    expect(stdout.trim().split("\n").sort()).toEqual([
      expect.stringMatching(/-wrong-0: Cannot verify its archive: it has \d+ bytes, not \d+$/),
      expect.stringMatching(/-wrong-1: Cannot verify its archive: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}$/),
    ]);
    const looked = await tvix.run(["store", "verify", "--no-contents", ...addresses("four")]);
    expect(looked.exitCode).toBe(0);
  });

  test("warns of a reference that is not there, and does not fail for it", async () => {
    const services = await openStores("five");
    const pathInfo = await importFile(services, "referring");
    const absent = new StorePath(new Uint8Array(20).fill(9), "absent");
    await services.pathInfos.put({ ...pathInfo, references: [absent, pathInfo.storePath] });
    const { stderr, exitCode } = await tvix.run(["store", "verify", ...addresses("five")]);
    expect({ stderr, exitCode }).toEqual({
      stderr: `warning: ${pathInfo.storePath.absolute()}: Cannot find ${absent.absolute()}, which it refers to\n`,
      exitCode: 0,
    });
  });

  test("looks at what no path leads to", async () => {
    const { blobs, directories } = await openStores("six");
    await using writer = await blobs.openWrite();
    await writer.write(Buffer.alloc(2_000_000, "nothing leads here"));
    await writer.close();
    await directories.put(
      Directory.of([{ name: Buffer.from("link"), node: { kind: "symlink", target: Buffer.from("x") } }]),
    );
    const intact = await tvix.run(["store", "verify", ...addresses("six")]);
    expect(intact).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/, 1 directories and 1 blobs that no path leads to\n$/),
    });
    const [chunk] = objects("six", "chunks") as [string];
    writeFileSync(chunk, "damaged");
    const damaged = await tvix.run(["store", "verify", ...addresses("six")]);
    expect(damaged).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^Cannot read /) });
  });

  test("ends with 2 if a service can't be asked", async () => {
    const words = ["store", "verify", ...addresses("two").slice(2), "--blob-service-addr", "grpc+http://127.0.0.1:1"];
    const { stderr, exitCode } = await tvix.run(words);
    expect({ stderr, exitCode }).toEqual({
      stderr: expect.stringMatching(/^error: Cannot reach blob-service at http:\/\/127.0.0.1:1: .*\n$/),
      exitCode: 2,
    });
  });
});
