import { lstat, readlink } from "node:fs/promises";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "./b3-digest.ts";
import { hashB3 } from "./b3-hasher.ts";
import { BlobQuestions } from "./blob-service/blob-questions.ts";
import { BlobUploads } from "./blob-service/blob-uploads.ts";
import { ByteBudget } from "./byte-budget.ts";
import type { CastoreServices } from "./castore-services.ts";
import { Directory } from "./directory.ts";
import type { DirectoryPutter } from "./directory-service/directory-service.ts";
import { displayBytes } from "./display-bytes.ts";
import { type FileStamp, stampOf } from "./import-cache/file-stamp.ts";
import type { ImportCache } from "./import-cache/import-cache.ts";
import { importFile } from "./import-file.ts";
import type { ScannedEntry, ScannedKind, ScanOutcome, ScanTask } from "./import-scan.ts";
import { ImportScanner } from "./import-scanner.ts";
import type { ImportProgress } from "./ingest/import-progress.ts";
import { Limiter } from "./limiter.ts";
import type { FileNode, NamedNode, Node, SymlinkNode } from "./node.ts";
import { changedError, importError } from "./read-regular-file.ts";
import { checkSymlinkTarget } from "./symlink-target.ts";

const parallelLargeFiles = 4;
/** What the small files under way may hold in memory together. */
const smallFilesBytes = 32 * 1024 * 1024;
/** What the large ones may. */
const largeFilesBytes = 32 * 1024 * 1024;
/** While as many files wait to be read, no further directory is looked at. */
const mostWaitingFiles = 4096;

export interface ImportTreeOptions extends CallOptions {
  /**
   * Whether to take the entry at `path`, which is relative to the root and without a slash in front. An entry that is
   * left out is not looked at, nor anything below it. The root isn't asked about.
   */
  readonly filter?: ((path: Uint8Array) => boolean) | undefined;
  /**
   * Knows files that were imported before, so that what is unchanged since needn't be read: then its size, its times and
   * where it lies are the same. The store is still asked whether it has them.
   */
  readonly cache?: ImportCache | undefined;
  /** Called after each entry. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** A directory that is not complete. Paths and names have one character a byte. */
interface PendingDirectory {
  readonly parent: PendingDirectory | undefined;
  readonly name: string;
  readonly path: string;
  /** The path below the root of the import. */
  readonly below: string;
  readonly entries: NamedNode[];
  /** How many of its entries have no node yet. */
  missing: number;
}

interface Work extends ScanTask {
  /** The directory that is to be listed, or that holds the file. */
  readonly directory: PendingDirectory;
  readonly name: string;
}

const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const join = (parent: string, name: string): string =>
  parent === "" || parent.endsWith("/") ? parent + name : `${parent}/${name}`;

function symlinkTo(target: Uint8Array): SymlinkNode {
  checkSymlinkTarget(target);
  return { kind: "symlink", target };
}

function notImportable(path: string, kind: ScannedKind): ServiceError {
  return new ServiceError("invalid-argument", `Cannot import ${displayBytes(toBytes(path))}: it is a ${kind}`);
}

function scanFailure(path: string, outcome: ScanOutcome & { readonly kind: "failed" }): ServiceError {
  const place = outcome.below === undefined ? path : join(path, outcome.below);
  return importError(toBytes(place), Object.assign(new Error(outcome.message), { code: outcome.code }));
}

class TreeImport {
  readonly #services: CastoreServices;
  readonly #options: ImportTreeOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #scanner = new ImportScanner();
  readonly #uploads: BlobUploads;
  readonly #questions: BlobQuestions;
  readonly #largeFiles = new Limiter(parallelLargeFiles);
  readonly #largeMemory = new ByteBudget(largeFilesBytes);
  readonly #putter: DirectoryPutter;
  readonly #progress: Progress;
  /** The last one first: deep before wide keeps the number of incomplete directories small. */
  readonly #toList: Work[] = [];
  readonly #toRead: Work[] = [];
  #heldBytes = 0;
  readonly #root = Promise.withResolvers<Node>();

  constructor(services: CastoreServices, putter: DirectoryPutter, progress: Progress, options: ImportTreeOptions) {
    this.#services = services;
    this.#putter = putter;
    this.#progress = progress;
    this.#options = options;
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal;
    this.#uploads = new BlobUploads(services.blobs, { signal: this.#signal });
    this.#questions = new BlobQuestions(services.blobs, { signal: this.#signal });
  }

  async run(path: string): Promise<Node> {
    // The first failure stops everything, and is what everything then fails with.
    this.#signal.addEventListener("abort", () => this.#root.reject(this.#signal.reason));
    try {
      this.#list({ parent: undefined, name: "", path, below: "", entries: [], missing: 0 });
      this.#scanOn();
      return await this.#root.promise;
    } finally {
      this.#stop.abort();
      await this.#scanner[Symbol.asyncDispose]();
      await this.#largeFiles.settle();
      await this.#uploads[Symbol.asyncDispose]();
    }
  }

  #list(directory: PendingDirectory): void {
    const kind = this.#options.cache ? "stamp" : "list";
    this.#toList.push({ kind, path: directory.path, directory, name: directory.name });
  }

  #fail = (error: unknown): void => this.#stop.abort(error);

  #scanOn(): void {
    while (!this.#signal.aborted && this.#scanner.room > 0) {
      const works = this.#next(this.#scanner.room);
      if (works.length === 0) return;
      this.#scan(works).catch(this.#fail);
    }
  }

  #next(count: number): readonly Work[] {
    if (this.#heldBytes < smallFilesBytes && this.#toRead.length > 0) return this.#toRead.splice(-count);
    return this.#toRead.length < mostWaitingFiles ? this.#toList.splice(-count) : [];
  }

  async #scan(works: readonly Work[]): Promise<void> {
    const { outcomes, bytes } = await this.#scanner.scan(works);
    for (const [index, work] of works.entries()) {
      this.#signal.throwIfAborted();
      const outcome = outcomes[index];
      if (outcome) this.#take(work, outcome, bytes);
      else this.#toRead.push(work);
    }
    this.#scanOn();
  }

  #take({ directory, name, path }: Work, outcome: ScanOutcome, bytes: Uint8Array): void {
    switch (outcome.kind) {
      case "listed":
        this.#takeEntries(directory, outcome.entries);
        break;
      case "read":
        this.#storeSmall(directory, name, bytes.subarray(outcome.start, outcome.end), outcome.stamp).catch(this.#fail);
        break;
      case "large":
        this.#storeLarge(directory, name, path).catch(this.#fail);
        break;
      case "replaced":
        throw new ServiceError(
          "failed-precondition",
          `Cannot import ${displayBytes(toBytes(path))}: it was replaced meanwhile`,
        );
      case "changed":
        throw changedError(toBytes(path));
      case "failed":
        throw scanFailure(path, outcome);
    }
  }

  #takeEntries(directory: PendingDirectory, entries: readonly ScannedEntry[]): void {
    const taken = entries.filter(({ name }) => this.#options.filter?.(toBytes(join(directory.below, name))) ?? true);
    directory.missing = taken.length;
    for (const { name, kind, stamp, target = "" } of taken) {
      const path = join(directory.path, name);
      if (kind === "file") this.#takeFile({ kind: "read", path, directory, name }, stamp);
      else if (kind === "directory") {
        const below = join(directory.below, name);
        this.#list({ parent: directory, name, path, below, entries: [], missing: 0 });
      } else if (kind === "symlink") {
        this.#progress.done(0, 0);
        this.#add(directory, name, symlinkTo(toBytes(target)));
      } else throw notImportable(path, kind);
    }
    if (taken.length === 0) this.#complete(directory).catch(this.#fail);
  }

  #takeFile(work: Work, stamp: FileStamp | undefined): void {
    const digest = stamp && this.#options.cache?.get(stamp);
    if (stamp && digest) this.#takeKnown(work, stamp, digest).catch(this.#fail);
    else this.#toRead.push(work);
  }

  /** A file whose contents are known without reading it. */
  async #takeKnown(work: Work, { sizeBytes, executable }: FileStamp, digest: B3Digest): Promise<void> {
    if (await this.#questions.has(digest))
      this.#addFile(work.directory, work.name, { kind: "file", digest, size: BigInt(sizeBytes), executable }, false);
    else {
      this.#toRead.push(work);
      this.#scanOn();
    }
  }

  async #storeSmall(directory: PendingDirectory, name: string, bytes: Uint8Array, stamp: FileStamp): Promise<void> {
    this.#heldBytes += bytes.length;
    const digest = hashB3(bytes);
    const sent = await this.#uploads.store(digest, bytes);
    this.#heldBytes -= bytes.length;
    this.#options.cache?.put(stamp, digest);
    const { executable } = stamp;
    this.#addFile(directory, name, { kind: "file", digest, size: BigInt(bytes.length), executable }, sent);
    this.#scanOn();
  }

  async #storeLarge(directory: PendingDirectory, name: string, path: string): Promise<void> {
    const options = { signal: this.#signal };
    using underWay = this.#progress.openFile();
    const { result } = await this.#largeFiles.start(() =>
      importFile(toBytes(path), this.#services.blobs, this.#largeMemory, options, underWay.add),
    );
    const { node, uploadedBytes, stamp } = await result;
    this.#options.cache?.put(stamp, node.digest);
    underWay[Symbol.dispose]();
    this.#addFile(directory, name, node, uploadedBytes > 0);
  }

  #addFile(directory: PendingDirectory, name: string, node: FileNode, sent: boolean): void {
    this.#progress.done(Number(node.size), sent ? Number(node.size) : 0);
    this.#add(directory, name, node);
  }

  #add(directory: PendingDirectory, name: string, node: Node): void {
    directory.entries.push({ name: toBytes(name), node });
    directory.missing -= 1;
    if (directory.missing === 0) this.#complete(directory).catch(this.#fail);
  }

  async #complete({ parent, name, entries }: PendingDirectory): Promise<void> {
    this.#signal.throwIfAborted();
    const directory = Directory.of(entries);
    await this.#putter.put(directory);
    this.#progress.done(0, 0);
    if (parent) this.#add(parent, name, directory.toNode());
    else this.#root.resolve(directory.toNode());
  }
}

class Progress {
  readonly #tell: ImportTreeOptions["onProgress"];
  readonly #sums = { entries: 0, bytes: 0, underWayBytes: 0, uploadedBytes: 0 };

  constructor(tell: ImportTreeOptions["onProgress"]) {
    this.#tell = tell;
  }

  /** A large file whose pieces are told of, each twice, until it is disposed of. */
  openFile(): Disposable & { add(lengthBytes: number): void } {
    let bytes = 0;
    const change = (difference: number): void => {
      bytes += difference;
      this.#sums.underWayBytes += difference;
    };
    return {
      add: (lengthBytes) => {
        change(lengthBytes / 2);
        this.#tell?.({ ...this.#sums });
      },
      [Symbol.dispose]: () => change(-bytes),
    };
  }

  done(bytes: number, uploadedBytes: number): void {
    this.#sums.entries += 1;
    this.#sums.bytes += bytes;
    this.#sums.uploadedBytes += uploadedBytes;
    this.#tell?.({ ...this.#sums });
  }
}

/** The node of a file that needn't be read. */
async function findKnown(
  stamp: FileStamp,
  { blobs }: CastoreServices,
  options: ImportTreeOptions,
): Promise<FileNode | undefined> {
  const digest = options.cache?.get(stamp);
  if (!digest || !(await blobs.has(digest, options))) return undefined;
  return { kind: "file", digest, size: BigInt(stamp.sizeBytes), executable: stamp.executable };
}

/**
 * Stores the file, directory or symbolic link at `path`, with all that is below it: contents first, each directory
 * after what it lists. Symbolic links are never followed. A socket, FIFO or device is `invalid-argument`, something
 * that vanishes `not-found`, something unreadable `permission-denied`; then no directory is stored.
 */
export async function importTree(
  path: string | Uint8Array,
  services: CastoreServices,
  options: ImportTreeOptions = {},
): Promise<Node> {
  options.signal?.throwIfAborted();
  const bytes = typeof path === "string" ? new TextEncoder().encode(path) : path;
  const text = Buffer.from(bytes).toString("latin1");
  const stats = await lstat(Buffer.from(bytes), { bigint: true }).catch((cause: unknown) => {
    throw importError(bytes, cause);
  });
  const progress = new Progress(options.onProgress);
  if (stats.isFile()) {
    const known = await findKnown(stampOf(stats), services, options);
    if (known) {
      progress.done(Number(known.size), 0);
      return known;
    }
    using underWay = progress.openFile();
    const memory = new ByteBudget(largeFilesBytes);
    const { node, uploadedBytes, stamp } = await importFile(bytes, services.blobs, memory, options, underWay.add);
    options.cache?.put(stamp, node.digest);
    underWay[Symbol.dispose]();
    progress.done(Number(node.size), uploadedBytes);
    return node;
  }
  if (stats.isSymbolicLink()) {
    const target = await readlink(Buffer.from(bytes), { encoding: "buffer" }).catch((cause: unknown) => {
      throw importError(bytes, cause);
    });
    const node = symlinkTo(new Uint8Array(target));
    progress.done(0, 0);
    return node;
  }
  if (!stats.isDirectory()) throw notImportable(text, stats.isFIFO() ? "FIFO" : stats.isSocket() ? "socket" : "device");
  await using putter = await services.directories.openPutter(options);
  const root = await new TreeImport(services, putter, progress, options).run(text);
  await putter.close();
  return root;
}
