import type { B3Digest, CastoreServices, Directory, Node } from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";
import type { PathInfo } from "./path-info.ts";
import type { PathInfoService } from "./path-info-service/path-info-service.ts";

/** Something that can't be had, and the first path that needs it. */
export interface StoreProblem {
  readonly pathInfo: PathInfo;
  readonly reason: string;
}

export interface StoreVerification {
  readonly pathCount: number;
  readonly directoryCount: number;
  readonly blobCount: number;
  readonly blobBytes: number;
  readonly problemCount: number;
}

export interface VerifyStoreOptions extends CallOptions {
  onProblem(problem: StoreProblem): Promise<void> | void;
}

/** Reads everything that path infos lead to, each blob and directory once; services check what they read. */
class StoreVerifier {
  readonly #castore: CastoreServices;
  readonly #options: VerifyStoreOptions;
  readonly #seen = new Set<string>();
  readonly #counts = { pathCount: 0, directoryCount: 0, blobCount: 0, blobBytes: 0, problemCount: 0 };

  constructor(castore: CastoreServices, options: VerifyStoreOptions) {
    this.#castore = castore;
    this.#options = options;
  }

  get counts(): StoreVerification {
    return this.#counts;
  }

  async verify(pathInfo: PathInfo): Promise<void> {
    this.#counts.pathCount += 1;
    const { node } = pathInfo;
    if (node.kind === "directory") await this.#verifyClosure(pathInfo, node.digest);
    else await this.#verifyNode(pathInfo, node);
  }

  async #verifyClosure(pathInfo: PathInfo, root: B3Digest): Promise<void> {
    if (this.#seen.has(`directory ${root.hex}`)) return;
    const directories: Directory[] = [];
    await this.#attempt(pathInfo, async () => {
      for await (const directory of this.#castore.directories.getRecursive(root, this.#options))
        directories.push(directory);
      if (directories.length === 0) throw new Error(`Cannot read directory ${root}: it is missing`);
    });
    for (const { digest, entries } of directories) {
      if (this.#seen.has(`directory ${digest.hex}`)) continue;
      this.#seen.add(`directory ${digest.hex}`);
      this.#counts.directoryCount += 1;
      for (const { node } of entries) await this.#verifyNode(pathInfo, node);
    }
  }

  async #verifyNode(pathInfo: PathInfo, node: Node): Promise<void> {
    if (node.kind !== "file" || this.#seen.has(`${node.digest.hex} ${node.size}`)) return;
    this.#seen.add(`${node.digest.hex} ${node.size}`);
    this.#counts.blobCount += 1;
    await this.#attempt(pathInfo, async () => {
      const reader = await this.#castore.blobs.openRead(node.digest, this.#options);
      if (!reader) throw new Error(`Cannot read blob ${node.digest}: it is missing`);
      if (BigInt(reader.sizeBytes) !== node.size)
        throw new Error(`Cannot read blob ${node.digest}: it has ${reader.sizeBytes} bytes, not ${node.size}`);
      for await (const piece of reader.read(undefined, this.#options)) this.#counts.blobBytes += piece.length;
    });
  }

  async #attempt(pathInfo: PathInfo, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      this.#counts.problemCount += 1;
      await this.#options.onProblem({ pathInfo, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}

/** Whether all that the path infos of a store lead to is there and intact. Goes on after each problem. */
export async function verifyStore(
  pathInfos: PathInfoService,
  castore: CastoreServices,
  options: VerifyStoreOptions,
): Promise<StoreVerification> {
  const verifier = new StoreVerifier(castore, options);
  for await (const pathInfo of pathInfos.list(options)) await verifier.verify(pathInfo);
  return verifier.counts;
}
