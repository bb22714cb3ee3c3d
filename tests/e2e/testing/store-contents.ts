import {
  type B3Digest,
  type BlobService,
  blobServiceKind,
  type CastoreServices,
  Directory,
  type DirectoryService,
  directoryServiceKind,
  hashB3,
  readBlobs,
} from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import { Composition, ServiceError, type ServiceKind } from "@tvix-mesh/service";
import {
  createNarCalculationService,
  type PathInfo,
  type PathInfoService,
  pathInfoServiceKind,
  verifyStore,
} from "@tvix-mesh/store";
import { createRandom, randomBytes } from "./random.ts";

/** The services of a store, and what they report. */
export interface TestStore extends CastoreServices, AsyncDisposable {
  readonly pathInfos: PathInfoService;
  readonly reports: string[];
}

/** The instances of a composition, by service. */
export type StoreInstances = (service: "blobs" | "directories" | "pathinfos") => Readonly<Record<string, unknown>>;

export async function openTestStore(instances: StoreInstances): Promise<TestStore> {
  const reports: string[] = [];
  const resources = new AsyncDisposableStack();
  const resolve = <Service extends object>(
    { section, backends }: ServiceKind<Service>,
    service: Parameters<StoreInstances>[0],
  ): Promise<Service> =>
    resources
      .use(
        new Composition<Service>({
          kind: section,
          backends,
          instances: instances(service),
          report: (message) => void reports.push(message),
        }),
      )
      .resolve("root");
  try {
    return {
      blobs: await resolve(blobServiceKind, "blobs"),
      directories: await resolve(directoryServiceKind, "directories"),
      pathInfos: await resolve(pathInfoServiceKind, "pathinfos"),
      reports,
      [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
    };
  } catch (error) {
    await resources[Symbol.asyncDispose]();
    throw error;
  }
}

/** From less than a word to several chunks. */
export const blobs: readonly Uint8Array[] = [3, 700, 20_000, 400_000].map((lengthBytes) =>
  randomBytes(createRandom(lengthBytes), lengthBytes),
);
const largest = blobs.at(-1) as Uint8Array;

const leaf = Directory.of(
  blobs.map((blob, index) => ({
    name: Buffer.from(`file-${index}`),
    node: { kind: "file" as const, digest: hashB3(blob), size: BigInt(blob.length), executable: index % 2 === 1 },
  })),
);
const link = { kind: "symlink" as const, target: Buffer.from("../elsewhere") };
const middle = Directory.of([
  { name: Buffer.from("leaf"), node: leaf.toNode() },
  { name: Buffer.from("link"), node: link },
]);
const top = Directory.of([
  { name: Buffer.from("leaf"), node: leaf.toNode() },
  { name: Buffer.from("middle"), node: middle.toNode() },
]);
/** Children before what refers to them. */
export const closure: readonly Directory[] = [leaf, middle, top];

let calculated: Promise<readonly PathInfo[]> | undefined;

async function calculatePathInfos(): Promise<readonly PathInfo[]> {
  await using store = await openTestStore(() => ({ root: { type: "memory" } }));
  await fillCastore(store);
  const nar = await createNarCalculationService(store).calculateNar(top.toNode());
  return ["first", "second"].map((name) => ({
    storePath: new StorePath(randomBytes(createRandom(name.length), 20), name),
    node: top.toNode(),
    references: [],
    signatures: [],
    ...nar,
  }));
}

/** Two paths of the same contents. */
export function pathInfos(): Promise<readonly PathInfo[]> {
  calculated ??= calculatePathInfos();
  return calculated;
}

async function putBlob(service: BlobService, bytes: Uint8Array): Promise<B3Digest> {
  await using writer = await service.openWrite();
  await writer.write(bytes);
  return await writer.close();
}

async function putClosure(service: DirectoryService): Promise<void> {
  await using putter = await service.openPutter();
  for (const directory of closure) await putter.put(directory);
  await putter.close();
}

async function fillCastore(store: CastoreServices): Promise<void> {
  await Promise.all(blobs.map((blob) => putBlob(store.blobs, blob)));
  await putClosure(store.directories);
}

export async function fill(store: TestStore): Promise<void> {
  await fillCastore(store);
  for (const pathInfo of await pathInfos()) await store.pathInfos.put(pathInfo);
}

/** How the contents could be had. */
export interface ReadOutcome {
  /** What couldn't be had, with the reason. */
  readonly refused: readonly string[];
  /** What was served and is not what was stored, and failures that no user could make anything of. */
  readonly wrong: readonly string[];
}

const sorted = (directories: readonly Directory[]): string =>
  directories
    .map(({ digest }) => digest.hex)
    .sort()
    .join();

const describePathInfo = ({ storePath, node, narSizeBytes, narSha256 }: PathInfo): string =>
  [
    storePath.baseName,
    "digest" in node ? node.digest.hex : "",
    narSizeBytes,
    Buffer.from(narSha256).toString("hex"),
  ].join();

/** Reads all that `fill` stores: whole, in part and in batches. */
export async function readContents(
  store: Omit<TestStore, typeof Symbol.asyncDispose | "reports">,
): Promise<ReadOutcome> {
  const refused: string[] = [];
  const wrong: string[] = [];
  /** `read` answers `undefined` for what isn't there. */
  async function attempt(what: string, expected: string, read: () => Promise<string | undefined>): Promise<void> {
    try {
      const served = await read();
      if (served === undefined) refused.push(`${what}: it isn't there`);
      else if (served !== expected) wrong.push(`${what}: served ${served.slice(0, 100)}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isClear = ServiceError.is(error, "data-loss") && /^Cannot .*: /.test(message);
      (isClear ? refused : wrong).push(`${what}: ${message}`);
    }
  }
  for (const blob of blobs) {
    const digest = hashB3(blob);
    await attempt(`blob of ${blob.length} bytes`, digest.hex, async () => {
      const reader = await store.blobs.openRead(digest);
      return reader && hashB3(Buffer.concat(await Array.fromAsync(reader.read()))).hex;
    });
  }
  for (const [offset, length] of [
    [200_000, 5000],
    [399_990, 10],
  ] as const)
    await attempt(`${length} bytes from ${offset}`, hashB3(largest.subarray(offset, offset + length)).hex, async () => {
      const reader = await store.blobs.openRead(hashB3(largest));
      return reader && hashB3(Buffer.concat(await Array.fromAsync(reader.read({ offset, length })))).hex;
    });
  const small = blobs.slice(0, -1);
  await attempt("batch of blobs", small.map((blob) => hashB3(blob).hex).join(), async () => {
    const contents = await Array.fromAsync(readBlobs(store.blobs, small.map(hashB3)));
    return contents.every((bytes) => bytes !== undefined)
      ? contents.map((bytes) => hashB3(bytes as Uint8Array).hex).join()
      : undefined;
  });
  await attempt("closure", sorted(closure), async () => {
    const directories = await Array.fromAsync(store.directories.getRecursive(top.digest));
    return directories.length > 0 ? sorted(directories) : undefined;
  });
  for (const { digest } of closure)
    await attempt("directory", digest.hex, async () => (await store.directories.get(digest))?.digest.hex);
  for (const pathInfo of await pathInfos())
    await attempt(`path info ${pathInfo.storePath.name}`, describePathInfo(pathInfo), async () => {
      const found = await store.pathInfos.get(pathInfo.storePath.digest);
      return found && describePathInfo(found);
    });
  return { refused, wrong };
}

/** As `readContents`, of path infos whose lies only their archives show: what a verification finds. */
export async function readVerified(
  store: Omit<TestStore, typeof Symbol.asyncDispose | "reports">,
): Promise<ReadOutcome> {
  const refused: string[] = [];
  const wrong: string[] = [];
  try {
    const { pathCount } = await verifyStore(store.pathInfos, store, {
      onProblem: ({ pathInfo, reason }) => void refused.push(`${pathInfo?.storePath.name}: ${reason}`),
    });
    if (pathCount < 2 && refused.length === 0) refused.push("a path isn't there");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    (ServiceError.is(error, "data-loss") ? refused : wrong).push(`verification: ${message}`);
  }
  return { refused, wrong };
}
