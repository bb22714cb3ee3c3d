import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  type B3Digest,
  type BlobService,
  createBlobServiceClient,
  createDirectoryServiceClient,
  type DirectoryService,
  hasBlobs,
  importTree,
} from "@tvix-mesh/castore";
import { type Channel, openChannel } from "@tvix-mesh/service";
import { addNode, createPathInfoServiceClient, type PathInfo, type StoreServices, verifyStore } from "@tvix-mesh/store";
import { describe, expect, test } from "vitest";
import type { DaemonName } from "./testing/daemon-process.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { createRandom, pick, type Random, randomBytes } from "./testing/random.ts";
import { retry } from "./testing/retry.ts";
import { openTestStore, type TestStore } from "./testing/store-contents.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix } from "./testing/tvix-alone.ts";

/** When what is killed; KILL9_SEED=… repeats a run, as far as the machine does. */
const seed = Number(process.env.KILL9_SEED ?? 3);
const rounds = 20;
const clientCount = 4;
const daemons: readonly DaemonName[] = ["blob-service", "directory-service", "pathinfo-service"];
/** A daemon is killed once so many blobs, or so many paths, of a round are acknowledged, at the latest. */
const latestMoment = { blobs: 30, pathInfos: 8 };
/** For machines that are busy with other things. */
const timeout = 600_000;

/** What daemons have acknowledged. */
class Acknowledged {
  readonly blobs = new Map<string, B3Digest>();
  readonly directories = new Map<string, B3Digest>();
  readonly pathInfos = new Map<string, PathInfo>();
  #awaited: { readonly kind: "blobs" | "pathInfos"; readonly count: number; resolve(): void } | undefined;

  /** Resolves once so many of that kind are acknowledged. */
  reaches(kind: "blobs" | "pathInfos", count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { kind, count, resolve };
      this.#check();
    });
  }

  #check(): void {
    if (this.#awaited && this[this.#awaited.kind].size >= this.#awaited.count) this.#awaited.resolve();
  }

  addPathInfo(pathInfo: PathInfo): void {
    this.pathInfos.set(pathInfo.storePath.hashPart, pathInfo);
    this.#check();
  }

  addAll({ blobs, directories, pathInfos }: Acknowledged): void {
    for (const digest of blobs.values()) this.blobs.set(digest.hex, digest);
    for (const digest of directories.values()) this.directories.set(digest.hex, digest);
    for (const pathInfo of pathInfos.values()) this.addPathInfo(pathInfo);
  }

  ofBlobs(inner: BlobService): BlobService {
    const note = (digest: B3Digest): B3Digest => {
      this.blobs.set(digest.hex, digest);
      this.#check();
      return digest;
    };
    const { putMany } = inner;
    return {
      ...inner,
      async openWrite(options) {
        const writer = await inner.openWrite(options);
        return {
          write: (data) => writer.write(data),
          close: async () => note(await writer.close()),
          [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
        };
      },
      putMany:
        putMany &&
        async function* (batches, options) {
          for await (const digests of putMany(batches, options)) yield digests.map(note);
        },
    };
  }

  ofDirectories(inner: DirectoryService): DirectoryService {
    return {
      ...inner,
      openPutter: async (options) => {
        const putter = await inner.openPutter(options);
        return {
          put: (directory) => putter.put(directory),
          close: async () => {
            const root = await putter.close();
            this.directories.set(root.hex, root);
            return root;
          },
          [Symbol.asyncDispose]: () => putter[Symbol.asyncDispose](),
        };
      },
    };
  }
}

/** A client of its own, with channels of its own. */
function connect(mesh: Mesh, resources: DisposableStack, acknowledged?: Acknowledged): StoreServices {
  const open = (name: DaemonName): Channel => resources.use(openChannel({ name, address: mesh.address(name) }));
  const blobs = createBlobServiceClient(open("blob-service"));
  const directories = createDirectoryServiceClient(open("directory-service"));
  const pathInfos = createPathInfoServiceClient(open("pathinfo-service"));
  return {
    blobs: acknowledged?.ofBlobs(blobs) ?? blobs,
    directories: acknowledged?.ofDirectories(directories) ?? directories,
    pathInfos,
    narCalculation: pathInfos,
  };
}

/** Files of many sizes: most of them the same for all clients of a round, and some in each round. */
function makeTree(path: string, number: number, round: number): void {
  const files = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((index) => [
    { name: `always/${index}`, seed: index, sizeBytes: 300 * index },
    { name: `round/deep/${index}`, seed: round * 100 + index, sizeBytes: 1000 + 9000 * index },
    { name: `own/${index % 3}/${index}`, seed: round * 100_000 + number * 100 + index, sizeBytes: 40 + index },
  ]);
  files.push({ name: "round/large", seed: round, sizeBytes: 700_000 });
  for (const { name, seed: contents, sizeBytes } of files) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), randomBytes(createRandom(contents), sizeBytes));
  }
}

/** Imports trees one after the other until that fails, or there is no reason to go on. */
async function importUntil(
  services: StoreServices,
  acknowledged: Acknowledged,
  trees: readonly string[],
  isOver: () => boolean,
): Promise<unknown> {
  for (let index = 0; !isOver(); index += 1)
    try {
      const tree = trees[index % trees.length] as string;
      const node = await importTree(tree, services);
      acknowledged.addPathInfo(await addNode(services, `tree-${index}-${tree.split("/").at(-1)}`, node));
    } catch (error) {
      return error;
    }
  return undefined;
}

async function kill(mesh: Mesh, victims: readonly DaemonName[]): Promise<void> {
  await Promise.all(victims.map((name) => mesh.kill9(name)));
}

/** The stores of the daemons, as files, beside the daemons that have them open too. */
function openFiles(mesh: Mesh): Promise<TestStore> {
  const folders = { blobs: "blob-service", directories: "directory-service", pathinfos: "pathinfo-service" } as const;
  return openTestStore((service) => ({
    root: { type: "lmdb", path: join(mesh.dataDirectory, folders[service], service) },
  }));
}

async function expectAllThere(services: StoreServices, { blobs, directories, pathInfos }: Acknowledged): Promise<void> {
  const present = await retry(() => hasBlobs(services.blobs, [...blobs.values()]));
  expect(present.every(Boolean), "every acknowledged blob is there").toBe(true);
  for (const digest of directories.values()) {
    const closure = await retry(() => Array.fromAsync(services.directories.getRecursive(digest)));
    expect(closure.length, `directory ${digest}`).toBeGreaterThan(0);
  }
  for (const { storePath } of pathInfos.values()) {
    const found = await retry(() => services.pathInfos.get(storePath.digest));
    expect(found?.storePath.baseName).toBe(storePath.baseName);
  }
}

/** Everything that the stores hold is intact, whether it was acknowledged or not. */
async function expectIntact(mesh: Mesh): Promise<void> {
  await using files = await openFiles(mesh);
  const problems: string[] = [];
  await verifyStore(files.pathInfos, files, {
    onProblem: ({ pathInfo, reason }) => void problems.push(`${pathInfo?.storePath}: ${reason}`),
    onWarning: ({ reason }) => void problems.push(reason),
  });
  expect([...problems, ...files.reports]).toEqual([]);
}

function chooseVictims(random: Random): readonly DaemonName[] {
  return random(4) === 0 ? daemons : [pick(random, daemons)];
}

describe("kill -9 under parallel imports", () => {
  test(`${rounds} rounds lose nothing acknowledged and leave nothing broken`, { timeout }, async () => {
    using folder = makeTemporaryDirectory("kill9-import");
    await using mesh = await startMesh({ daemons });
    const all = new Acknowledged();
    using connections = new DisposableStack();
    const plain = connect(mesh, connections);
    const random = createRandom(seed);
    let failureCount = 0;
    for (let round = 0; round < rounds; round += 1) {
      const trees = Array.from({ length: clientCount }, (_, number) =>
        join(folder.path, `${round}`, `client-${number}`),
      );
      for (const [number, tree] of trees.entries()) makeTree(tree, number, round);
      const acknowledged = new Acknowledged();
      const victims = chooseVictims(random);
      const what = `round ${round}, seed ${seed}: ${victims.join(", ")}`;
      using clients = new DisposableStack();
      let isOver = false;
      const imports = trees.map((tree, number) =>
        importUntil(
          connect(mesh, clients, acknowledged),
          acknowledged,
          [tree, trees[(number + 1) % clientCount] as string],
          () => isOver,
        ),
      );
      const kind = random(3) === 0 ? "blobs" : "pathInfos";
      await Promise.race([acknowledged.reaches(kind, random(latestMoment[kind])), Promise.all(imports)]);
      await kill(mesh, victims);
      isOver = true;
      for (const failure of await Promise.all(imports)) {
        if (failure === undefined) continue;
        failureCount += 1;
        expect((failure as Error).message, what).toMatch(/^Cannot reach (blob|directory|pathinfo)-service at http/);
      }
      for (const name of daemons) if (victims.includes(name)) await mesh.restart(name);
      await expectAllThere(plain, acknowledged);
      await expectIntact(mesh);
      all.addAll(acknowledged);
    }
    await expectAllThere(plain, all);
    const { blobs, directories, pathInfos } = all;
    console.info(
      `kill -9, seed ${seed}: ${failureCount} imports broken off; acknowledged and there are ${blobs.size} blobs, ` +
        `${directories.size} directories, ${pathInfos.size} path infos`,
    );
    expect(failureCount).toBeGreaterThan(rounds);
    expect(pathInfos.size).toBeGreaterThan(rounds);

    using tvix = new LonelyTvix();
    const at = (daemon: DaemonName, service: string): string => `lmdb://${join(mesh.dataDirectory, daemon, service)}`;
    const addresses = [
      ["--blob-service-addr", at("blob-service", "blobs")],
      ["--directory-service-addr", at("directory-service", "directories")],
      ["--path-info-service-addr", at("pathinfo-service", "pathinfos")],
    ].flat();
    const { stdout, stderr, exitCode } = await tvix.run(["store", "verify", ...addresses]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^All is there and intact: /);
  });
});
