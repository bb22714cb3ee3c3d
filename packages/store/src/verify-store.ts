import { createHash } from "node:crypto";
import type { B3Digest, CastoreServices, Directory, FileNode } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError, type ServiceErrorCode } from "@tvix-mesh/service";
import { MissingReferences } from "./missing-references.ts";
import { renderNar } from "./nar/render-nar.ts";
import type { PathInfo } from "./path-info.ts";
import type { PathInfoService } from "./path-info-service/path-info-service.ts";

/** Something that can't be had or isn't what it should be. */
export interface StoreProblem {
  /** The path that needs it; `undefined` for what no path leads to. */
  readonly pathInfo?: PathInfo | undefined;
  readonly reason: string;
}

/** What was looked at, each blob and directory counted once. */
export interface StoreVerification {
  readonly pathCount: number;
  readonly directoryCount: number;
  readonly blobCount: number;
  readonly blobBytes: number;
  /** How much of archives was hashed. */
  readonly archiveBytes: number;
  /** Directories, and blobs or chunks, that no path leads to. */
  readonly unreachedDirectoryCount: number;
  readonly unreachedBlobCount: number;
  readonly problemCount: number;
  readonly warningCount: number;
}

export interface VerifyStoreOptions extends CallOptions {
  onProblem(problem: StoreProblem): Promise<void> | void;
  /** What is unusual, but keeps nothing from being read. */
  onWarning?(warning: StoreProblem): Promise<void> | void;
  /** Called again and again with how far it is. */
  onProgress?(counts: StoreVerification): void;
  /** Whether contents are read and archives hashed, as they are by default, or only looked for. */
  readonly contents?: boolean | undefined;
}

/** A service that says so can't be asked anything more. Other failures are about one object. */
const endsAll = new Set<ServiceErrorCode>([
  "cancelled",
  "deadline-exceeded",
  "permission-denied",
  "resource-exhausted",
  "unauthenticated",
  "unavailable",
  "unimplemented",
]);

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Looks at everything that path infos lead to, and at the rest; services check what they read. */
class StoreVerifier {
  readonly #castore: CastoreServices;
  readonly #options: VerifyStoreOptions;
  /** What is wrong with directories and blobs that were looked at; `undefined` for those that are right. */
  readonly #directories = new Map<string, string | undefined>();
  readonly #blobs = new Map<string, string | undefined>();
  readonly #counts = {
    pathCount: 0,
    directoryCount: 0,
    blobCount: 0,
    blobBytes: 0,
    archiveBytes: 0,
    unreachedDirectoryCount: 0,
    unreachedBlobCount: 0,
    problemCount: 0,
    warningCount: 0,
  };

  constructor(castore: CastoreServices, options: VerifyStoreOptions) {
    this.#castore = castore;
    this.#options = options;
  }

  get counts(): StoreVerification {
    return this.#counts;
  }

  async verifyPath(pathInfo: PathInfo): Promise<void> {
    this.#counts.pathCount += 1;
    const { node } = pathInfo;
    const problemsBefore = this.#counts.problemCount;
    const files =
      node.kind === "directory" ? await this.#filesBelow(node.digest, pathInfo) : node.kind === "file" ? [node] : [];
    if (this.#options.contents ?? true) {
      const areDirectoriesThere = this.#counts.problemCount === problemsBefore;
      const failure = areDirectoriesThere ? await this.#verifyArchive(pathInfo) : undefined;
      const isArchiveRead = areDirectoriesThere && failure === undefined;
      for (const file of files) await this.#verifyFile(file, pathInfo, isArchiveRead);
      if (failure !== undefined && this.#counts.problemCount === problemsBefore) await this.#report(failure, pathInfo);
    } else for (const file of files) await this.#verifyFile(file, pathInfo, false);
    this.#options.onProgress?.(this.#counts);
  }

  async warn(reason: string, pathInfo: PathInfo): Promise<void> {
    this.#counts.warningCount += 1;
    await this.#options.onWarning?.({ pathInfo, reason });
  }

  /** The rest, where the services can tell all that they keep. */
  async verifyUnreached(): Promise<void> {
    const { blobs, directories } = this.#castore;
    for await (const digest of directories.list?.(this.#options) ?? [])
      if (!this.#directories.has(digest.hex)) {
        this.#counts.unreachedDirectoryCount += 1;
        await this.#filesBelow(digest);
      }
    const chunksOfOthers = new Set<string>();
    for await (const digest of blobs.list?.(this.#options) ?? []) {
      if (!this.#blobs.has(digest.hex) && !chunksOfOthers.has(digest.hex)) {
        this.#counts.unreachedBlobCount += 1;
        await this.#verifyBlob(digest);
      }
      // Of a damaged list, the chunks are looked at one by one.
      const chunks = await blobs.chunks(digest, this.#options).catch(() => undefined);
      for (const chunk of chunks ?? []) chunksOfOthers.add(chunk.digest.hex);
      this.#options.onProgress?.(this.#counts);
    }
  }

  /** The files of the closure of `root`, of all that could be read. */
  async #filesBelow(root: B3Digest, pathInfo?: PathInfo): Promise<readonly FileNode[]> {
    const directories: Directory[] = [];
    const reason = await this.#failureOf(async () => {
      for await (const directory of this.#castore.directories.getRecursive(root, this.#options))
        directories.push(directory);
      if (directories.length === 0) throw new Error(`Cannot read directory ${root}: it is missing`);
    });
    if (reason !== undefined) {
      this.#directories.set(root.hex, reason);
      await this.#report(reason, pathInfo);
    }
    const files = new Map<string, FileNode>();
    for (const { digest, entries } of directories) {
      if (!this.#directories.has(digest.hex)) {
        this.#directories.set(digest.hex, undefined);
        if (pathInfo) this.#counts.directoryCount += 1;
      }
      for (const { node } of entries) if (node.kind === "file") files.set(`${node.digest.hex} ${node.size}`, node);
    }
    return [...files.values()];
  }

  /** What is wrong with the archive. Reads all that is in it. */
  #verifyArchive({ node, narSizeBytes, narSha256 }: PathInfo): Promise<string | undefined> {
    return this.#failureOf(async () => {
      const hash = createHash("sha256");
      let sizeBytes = 0n;
      for await (const piece of renderNar(this.#castore, node, this.#options)) {
        hash.update(piece);
        sizeBytes += BigInt(piece.length);
        this.#counts.archiveBytes += piece.length;
        this.#options.onProgress?.(this.#counts);
      }
      const sha256 = hash.digest();
      if (sizeBytes !== narSizeBytes)
        throw new Error(`Cannot verify its archive: it has ${sizeBytes} bytes, not ${narSizeBytes}`);
      if (Buffer.compare(sha256, narSha256) !== 0)
        throw new Error(`Cannot verify its archive: its SHA-256 is ${hexOf(sha256)}, not ${hexOf(narSha256)}`);
    });
  }

  async #verifyFile({ digest, size }: FileNode, pathInfo: PathInfo, isRead: boolean): Promise<void> {
    const known = this.#blobs.has(digest.hex);
    if (!known) {
      this.#counts.blobCount += 1;
      this.#counts.blobBytes += Number(size);
    }
    const reason =
      known || isRead ? this.#blobs.get(digest.hex) : await this.#failureOf(() => this.#readBlob(digest, size));
    this.#blobs.set(digest.hex, reason);
    if (reason !== undefined) await this.#report(reason, pathInfo);
  }

  async #verifyBlob(digest: B3Digest): Promise<void> {
    const reason = await this.#failureOf(() => this.#readBlob(digest));
    this.#blobs.set(digest.hex, reason);
    if (reason !== undefined) await this.#report(reason);
  }

  async #readBlob(digest: B3Digest, sizeBytes?: bigint): Promise<void> {
    const { blobs } = this.#castore;
    const missing = (): Error => new Error(`Cannot read blob ${digest}: it is missing`);
    if (this.#options.contents === false) {
      if (!(await blobs.has(digest, this.#options))) throw missing();
      return;
    }
    const reader = await blobs.openRead(digest, this.#options);
    if (!reader) throw missing();
    if (sizeBytes !== undefined && BigInt(reader.sizeBytes) !== sizeBytes)
      throw new Error(`Cannot read blob ${digest}: it has ${reader.sizeBytes} bytes, not ${sizeBytes}`);
    for await (const _piece of reader.read(undefined, this.#options));
  }

  /** What was wrong; throws where nothing more can be done. */
  async #failureOf(work: () => Promise<void>): Promise<string | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (ServiceError.is(error) && endsAll.has(error.code)) throw error;
      return reasonOf(error);
    }
  }

  async #report(reason: string, pathInfo?: PathInfo): Promise<void> {
    this.#counts.problemCount += 1;
    await this.#options.onProblem({ pathInfo, reason });
  }
}

/**
 * Whether all that the path infos of a store lead to is there and intact, their archives are what they say, and what
 * else is there can be read. Goes on after each problem; fails where a service can't be asked.
 */
export async function verifyStore(
  pathInfos: PathInfoService,
  castore: CastoreServices,
  options: VerifyStoreOptions,
): Promise<StoreVerification> {
  const verifier = new StoreVerifier(castore, options);
  const references = new MissingReferences();
  for await (const pathInfo of pathInfos.list(options)) {
    references.add(pathInfo);
    await verifier.verifyPath(pathInfo);
  }
  for (const { reference, referrer, otherCount } of references) {
    const others = otherCount > 0 ? `, as ${otherCount} other paths do` : "";
    await verifier.warn(`Cannot find ${reference.absolute()}, which it refers to${others}`, referrer);
  }
  await verifier.verifyUnreached();
  return verifier.counts;
}
