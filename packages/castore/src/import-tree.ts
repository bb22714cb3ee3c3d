import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { ByteBudget } from "./byte-budget.ts";
import type { CastoreServices } from "./castore-services.ts";
import { Directory } from "./directory.ts";
import type { DirectoryPutter } from "./directory-service/directory-service.ts";
import { displayBytes } from "./display-bytes.ts";
import { importFile } from "./import-file.ts";
import { Limiter } from "./limiter.ts";
import type { NamedNode, Node, SymlinkNode } from "./node.ts";
import { joinPath } from "./path-bytes.ts";
import { importError } from "./read-regular-file.ts";
import { checkSymlinkTarget } from "./symlink-target.ts";

const parallelFiles = 128;
/** What the files under way may hold in memory together. */
const memoryBytes = 128 * 1024 * 1024;

/** What has been done so far. */
export interface ImportProgress {
  /** Files, directories and symbolic links that are complete. */
  readonly entries: number;
  /** The sizes of the files among them. */
  readonly bytes: number;
  /** What of that was not in the store yet. */
  readonly uploadedBytes: number;
}

export interface ImportTreeOptions extends CallOptions {
  /**
   * Whether to take the entry at `path`, which is relative to the root and without a slash in front. An entry that is
   * left out is not looked at, nor anything below it. The root isn't asked about.
   */
  readonly filter?: ((path: Uint8Array) => boolean) | undefined;
  /** Called after each entry. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

type Kind = "file" | "directory" | "symlink";

/** A node that is on its way; wrapped, so that to wait for the way's start isn't to wait for the node. */
interface Pending {
  readonly result: Promise<Node>;
}

function kindOf(path: Uint8Array, entry: Stats | Dirent<Buffer>): Kind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  if (entry.isSymbolicLink()) return "symlink";
  const what = entry.isFIFO() ? "a FIFO" : entry.isSocket() ? "a socket" : "a device";
  throw new ServiceError("invalid-argument", `Cannot import ${displayBytes(path)}: it is ${what}`);
}

class TreeImport {
  readonly #services: CastoreServices;
  readonly #options: ImportTreeOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #limiter = new Limiter(parallelFiles);
  readonly #memory = new ByteBudget(memoryBytes);
  readonly #progress = { entries: 0, bytes: 0, uploadedBytes: 0 };
  #putter: DirectoryPutter | undefined;

  constructor(services: CastoreServices, options: ImportTreeOptions) {
    this.#services = services;
    this.#options = options;
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal;
  }

  async run(path: Uint8Array): Promise<Node> {
    this.#signal.throwIfAborted();
    const stats = await lstat(Buffer.from(path)).catch((cause: unknown) => {
      throw importError(path, cause);
    });
    const kind = kindOf(path, stats);
    await using putter = kind === "directory" ? await this.#services.directories.openPutter(this.#options) : undefined;
    this.#putter = putter;
    try {
      const pending = await this.#visit(path, new Uint8Array(), kind);
      const node = await pending.result;
      await putter?.close();
      return node;
    } finally {
      this.#stop.abort();
      await this.#limiter.settle();
    }
  }

  #done(bytes: number, uploadedBytes: number): void {
    this.#progress.entries += 1;
    this.#progress.bytes += bytes;
    this.#progress.uploadedBytes += uploadedBytes;
    this.#options.onProgress?.({ ...this.#progress });
  }

  /** Walks in order and waits while too many files are under way, so that what is pending stays bounded. */
  #visit(path: Uint8Array, below: Uint8Array, kind: Kind): Promise<Pending> {
    switch (kind) {
      case "file":
        return this.#start(() => this.#file(path));
      case "symlink":
        return this.#start(() => this.#symlink(path));
      case "directory":
        return this.#directory(path, below);
    }
  }

  async #start(work: () => Promise<Node>): Promise<Pending> {
    this.#signal.throwIfAborted();
    return this.#stopIfFails(await this.#limiter.start(work));
  }

  /** The first failure stops everything, and is what everything then fails with. */
  #stopIfFails(pending: Pending): Pending {
    pending.result.catch((error: unknown) => this.#stop.abort(error));
    return pending;
  }

  async #file(path: Uint8Array): Promise<Node> {
    this.#signal.throwIfAborted();
    const { node, uploadedBytes } = await importFile(path, this.#services.blobs, this.#memory, {
      signal: this.#signal,
    });
    this.#done(Number(node.size), uploadedBytes);
    return node;
  }

  async #symlink(path: Uint8Array): Promise<SymlinkNode> {
    let target: Uint8Array;
    try {
      target = new Uint8Array(await readlink(Buffer.from(path), { encoding: "buffer" }));
    } catch (cause) {
      throw importError(path, cause);
    }
    checkSymlinkTarget(target);
    this.#done(0, 0);
    return { kind: "symlink", target };
  }

  async #directory(path: Uint8Array, below: Uint8Array): Promise<Pending> {
    const entries = await readdir(Buffer.from(path), { encoding: "buffer", withFileTypes: true }).catch(
      (cause: unknown) => {
        throw importError(path, cause);
      },
    );
    const children: { readonly name: Uint8Array; readonly result: Promise<Node> }[] = [];
    for (const entry of entries) {
      this.#signal.throwIfAborted();
      const name = new Uint8Array(entry.name);
      const entryBelow = joinPath(below, name);
      if (this.#options.filter && !this.#options.filter(entryBelow)) continue;
      const entryPath = joinPath(path, name);
      const { result } = await this.#visit(entryPath, entryBelow, kindOf(entryPath, entry));
      children.push({ name, result });
    }
    return this.#stopIfFails({ result: this.#complete(children) });
  }

  async #complete(children: readonly { name: Uint8Array; result: Promise<Node> }[]): Promise<Node> {
    const entries: NamedNode[] = await Promise.all(
      children.map(async ({ name, result }) => ({ name, node: await result })),
    );
    const directory = Directory.of(entries);
    await this.#putter?.put(directory);
    this.#done(0, 0);
    return directory.toNode();
  }
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
  return new TreeImport(services, options).run(typeof path === "string" ? new TextEncoder().encode(path) : path);
}
