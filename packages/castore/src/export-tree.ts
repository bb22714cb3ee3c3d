import { chmodSync, mkdirSync, utimesSync } from "node:fs";
import { lutimes, open, symlink } from "node:fs/promises";
import { type CallOptions, ServiceError, toServiceError } from "@tvix-mesh/service";
import { BlobDownloads } from "./blob-service/blob-downloads.ts";
import { ByteBudget } from "./byte-budget.ts";
import type { CastoreServices } from "./castore-services.ts";
import type { Directory } from "./directory.ts";
import { displayBytes } from "./display-bytes.ts";
import { Limiter } from "./limiter.ts";
import type { DirectoryNode, FileNode, Node } from "./node.ts";
import { joinPath } from "./path-bytes.ts";

const parallelFiles = 256;
/** Files up to this size are read many at once. */
const smallBytes = 256 * 1024;
/** What the files under way may hold in memory together. */
const memoryBytes = 32 * 1024 * 1024;
/** What a large one takes meanwhile: the chunks that are read ahead. */
const streamingBytes = 4 * 1024 * 1024;
const callsInARow = 32;
const writableDirectoryMode = 0o755;

/** Writes one file's contents to a path where nothing is: read-only, and dated. */
export type WriteFile = (path: Uint8Array) => Promise<void>;

export interface ExportTreeOptions extends CallOptions {
  /** Puts a file in place in another way than by `write`, or by `write` at another place. */
  readonly placeFile?: ((node: FileNode, path: Uint8Array, write: WriteFile) => Promise<void>) | undefined;
  /** What directories end up with; 0755 by default. They are writable until all is written. */
  readonly directoryMode?: number | undefined;
  /** What everything is dated, in seconds since 1970; 1 by default, as in a Nix store. */
  readonly modifiedAtSeconds?: number | undefined;
}

function exportError(path: Uint8Array, cause: unknown): ServiceError {
  if (cause instanceof Error && "code" in cause && cause.code === "EEXIST")
    return new ServiceError("already-exists", `Cannot write ${displayBytes(path)}: there is something already`, {
      cause,
    });
  return toServiceError(`Cannot write ${displayBytes(path)}`, cause);
}

function missing(node: FileNode, path: Uint8Array): ServiceError {
  return new ServiceError("not-found", `Cannot write ${displayBytes(path)}: there is no blob ${node.digest}`);
}

function wrongSize(node: FileNode, path: Uint8Array, sizeBytes: number): ServiceError {
  const reason = `blob ${node.digest} has ${sizeBytes} bytes, not ${node.size}`;
  return new ServiceError("data-loss", `Cannot write ${displayBytes(path)}: ${reason}`);
}

class TreeExport {
  readonly #services: CastoreServices;
  readonly #options: ExportTreeOptions;
  readonly #modifiedAtSeconds: number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #limiter = new Limiter(parallelFiles);
  readonly #memory = new ByteBudget(memoryBytes);
  readonly #downloads: BlobDownloads;
  /** Parents before children. */
  readonly #directories: Uint8Array[] = [];
  #blockingCalls = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(services: CastoreServices, options: ExportTreeOptions) {
    this.#services = services;
    this.#options = options;
    this.#modifiedAtSeconds = options.modifiedAtSeconds ?? 1;
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal;
    this.#downloads = new BlobDownloads(services.blobs, { signal: this.#signal });
  }

  async run(node: Node, path: Uint8Array): Promise<void> {
    this.#signal.throwIfAborted();
    try {
      if (node.kind === "directory") await this.#closure(node, path);
      else await this.#leaf(node, path);
      await this.#limiter.settle();
      if (this.#failure) throw this.#failure.error;
      await this.#finishDirectories();
    } finally {
      this.#stop.abort();
      await this.#limiter.settle();
    }
  }

  /**
   * The whole closure comes in one stream, each directory once. One that is listed in several places is kept until the
   * end, as a later one may list it again.
   */
  async #closure(root: DirectoryNode, path: Uint8Array): Promise<void> {
    const seen = new Map<string, Directory>();
    const wanted = new Map<string, Uint8Array[]>([[root.digest.hex, [path]]]);
    for await (const directory of this.#services.directories.getRecursive(root.digest, { signal: this.#signal })) {
      seen.set(directory.digest.hex, directory);
      const paths = wanted.get(directory.digest.hex) ?? [];
      wanted.delete(directory.digest.hex);
      for (const place of paths) await this.#write(directory, place, seen, wanted);
    }
    if (seen.size === 0) throw new ServiceError("not-found", `Cannot read directory ${root.digest}: no such directory`);
  }

  async #write(
    directory: Directory,
    path: Uint8Array,
    seen: ReadonlyMap<string, Directory>,
    wanted: Map<string, Uint8Array[]>,
  ): Promise<void> {
    await this.#giveWay();
    try {
      mkdirSync(Buffer.from(path), writableDirectoryMode);
    } catch (cause) {
      throw exportError(path, cause);
    }
    this.#directories.push(path);
    for (const { name, node } of directory.entries) {
      this.#checkGoingOn();
      const place = joinPath(path, name);
      if (node.kind !== "directory") {
        await this.#leaf(node, place);
        continue;
      }
      const known = seen.get(node.digest.hex);
      if (known) await this.#write(known, place, seen, wanted);
      else wanted.set(node.digest.hex, [...(wanted.get(node.digest.hex) ?? []), place]);
    }
  }

  #checkGoingOn(): void {
    if (this.#failure) throw this.#failure.error;
    this.#signal.throwIfAborted();
  }

  /** Waits while too many are under way, not until it is written. */
  async #leaf(node: Exclude<Node, DirectoryNode>, path: Uint8Array): Promise<void> {
    const { result } = await this.#limiter.start(() =>
      node.kind === "file" ? this.#file(node, path) : this.#symlink(node.target, path),
    );
    result.catch((error: unknown) => {
      this.#failure ??= { error };
      this.#stop.abort(error);
    });
  }

  async #file(node: FileNode, path: Uint8Array): Promise<void> {
    const { placeFile } = this.#options;
    if (!placeFile) return this.#writeFile(node, path);
    this.#signal.throwIfAborted();
    await placeFile(node, path, (place) => this.#writeFile(node, place)).catch((cause: unknown) => {
      throw exportError(path, cause);
    });
  }

  async #writeFile(node: FileNode, path: Uint8Array): Promise<void> {
    const sizeBytes = Number(node.size);
    using _taken = await this.#memory.take(sizeBytes <= smallBytes ? sizeBytes : streamingBytes);
    this.#signal.throwIfAborted();
    const pieces = await (sizeBytes <= smallBytes ? this.#readSmall(node, path) : this.#openLarge(node, path));
    const mode = node.executable ? 0o555 : 0o444;
    try {
      const handle = await open(Buffer.from(path), "wx", mode);
      try {
        for await (const piece of pieces) await handle.writeFile(piece);
        if ((mode & process.umask()) !== 0) await handle.chmod(mode);
        await handle.utimes(this.#modifiedAtSeconds, this.#modifiedAtSeconds);
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw exportError(path, cause);
    }
  }

  async #readSmall(node: FileNode, path: Uint8Array): Promise<Iterable<Uint8Array>> {
    const bytes = node.size === 0n ? new Uint8Array() : await this.#downloads.read(node.digest);
    if (!bytes) throw missing(node, path);
    if (BigInt(bytes.length) !== node.size) throw wrongSize(node, path, bytes.length);
    return [bytes];
  }

  async #openLarge(node: FileNode, path: Uint8Array): Promise<AsyncIterable<Uint8Array>> {
    const options = { signal: this.#signal };
    const reader = await this.#services.blobs.openRead(node.digest, {
      ...options,
      expectedSizeBytes: Number(node.size),
    });
    if (!reader) throw missing(node, path);
    if (BigInt(reader.sizeBytes) !== node.size) throw wrongSize(node, path, reader.sizeBytes);
    return reader.read(undefined, options);
  }

  async #symlink(target: Uint8Array, path: Uint8Array): Promise<void> {
    try {
      await symlink(Buffer.from(target), Buffer.from(path));
      await lutimes(Buffer.from(path), this.#modifiedAtSeconds, this.#modifiedAtSeconds);
    } catch (cause) {
      throw exportError(path, cause);
    }
  }

  /** Children before parents: what happens in a directory changes its date. */
  async #finishDirectories(): Promise<void> {
    const mode = this.#options.directoryMode ?? writableDirectoryMode;
    for (const path of this.#directories.reverse()) {
      const buffer = Buffer.from(path);
      await this.#giveWay();
      chmodSync(buffer, mode);
      utimesSync(buffer, this.#modifiedAtSeconds, this.#modifiedAtSeconds);
    }
  }

  /** Directories are made with blocking calls, a few in a row, which take a tenth of the time of others. */
  async #giveWay(): Promise<void> {
    this.#blockingCalls += 1;
    if (this.#blockingCalls % callsInARow === 0) await new Promise(setImmediate);
  }
}

/**
 * Writes a tree to `path`, where nothing may be yet: files 0444 or 0555, symbolic links as they are. Contents are
 * verified on the way. After a failure part of it is there, for the caller to remove.
 */
export async function exportTree(
  node: Node,
  path: string | Uint8Array,
  services: CastoreServices,
  options: ExportTreeOptions = {},
): Promise<void> {
  const bytes = typeof path === "string" ? new TextEncoder().encode(path) : path;
  await new TreeExport(services, options).run(node, bytes);
}
