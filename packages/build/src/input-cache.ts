import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DirectoryNode, FileNode } from "@tvix-mesh/castore";
import { type CallOptions, toServiceError } from "@tvix-mesh/service";
import { BuildQueue } from "./build-queue.ts";
import { removeTree } from "./remove-tree.ts";
import { treeSizeBytes } from "./tree-size.ts";

export interface InputCacheOptions {
  /** Belongs to the cache alone. */
  readonly directory: string;
  /** How much of the disk unused inputs may take. Inputs in use are kept in any case. */
  readonly maxSizeBytes: number;
  /** Writes the contents of a node to `path`, where nothing is yet, so that any user can read them. */
  exportNode(node: DirectoryNode | FileNode, path: string, options: CallOptions): Promise<void>;
}

/** An input on disk. Disposing allows the cache to remove it. */
export interface CachedInput extends Disposable {
  readonly path: string;
}

interface Entry {
  readonly key: string;
  readonly path: string;
  /** Resolves once the contents are there. */
  ready: Promise<void>;
  readonly stop: AbortController;
  /** Known once the contents are there. */
  sizeBytes: number | undefined;
  users: number;
}

const bootIdFile = "/proc/sys/kernel/random/boot_id";
const sizeFile = "size";
const treeName = "tree";

function keyOf(node: DirectoryNode | FileNode): string {
  return node.kind === "directory" ? `d-${node.digest.hex}` : `${node.executable ? "x" : "f"}-${node.digest.hex}`;
}

/** Waits for `work`, or for the signal, whichever comes first. */
async function waitUnlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abandon = () => reject(signal.reason);
  signal.addEventListener("abort", abandon, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

/**
 * Inputs as files on disk, each exported once however many builds show it, side by side or later. What no build uses
 * is removed, least recently used first, when it takes too much room. Survives the process, but not a restart of the
 * machine: nothing here is synced to disk, so after one it can't be trusted.
 */
export class InputCache {
  readonly #options: InputCacheOptions;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  /** Each export reads many blobs at once, so few of them run side by side. */
  readonly #exports = new BuildQueue({ maxJobs: 4, memoryBytes: 0n });
  #sizeBytes = 0;

  private constructor(options: InputCacheOptions) {
    this.#options = options;
  }

  static async open(options: InputCacheOptions): Promise<InputCache> {
    const cache = new InputCache(options);
    await cache.#load();
    await cache.#evict();
    return cache;
  }

  async #load(): Promise<void> {
    const { directory } = this.#options;
    const bootId = await readFile(bootIdFile, "utf8").catch(() => "unknown");
    const bootIdCopy = join(directory, "boot-id");
    if ((await readFile(bootIdCopy, "utf8").catch(() => "")) !== bootId) await removeTree(directory);
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o711);
    await writeFile(bootIdCopy, bootId);
    const found: { key: string; path: string; sizeBytes: number; usedAt: number }[] = [];
    for (const name of await readdir(directory)) {
      const key = /^([dfx]-[0-9a-f]{64})\./.exec(name)?.[1];
      const path = join(directory, name);
      if (key === undefined) {
        if (path !== bootIdCopy) await removeTree(path);
      } else {
        const size = join(path, sizeFile);
        found.push({ key, path, sizeBytes: Number(await readFile(size, "utf8")), usedAt: (await stat(size)).mtimeMs });
      }
    }
    for (const { key, path, sizeBytes } of found.sort((a, b) => a.usedAt - b.usedAt)) {
      this.#entries.set(key, { key, path, sizeBytes, users: 0, ready: Promise.resolve(), stop: new AbortController() });
      this.#sizeBytes += sizeBytes;
    }
  }

  /** The node's contents on disk, exported if need be. Aborting ends the export if no other build waits for it. */
  async acquire(node: DirectoryNode | FileNode, signal: AbortSignal | undefined): Promise<CachedInput> {
    const key = keyOf(node);
    const entry = this.#entries.get(key) ?? this.#begin(key, node);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users += 1;
    let held = true;
    const release = () => {
      if (held) this.#release(entry);
      held = false;
    };
    try {
      await waitUnlessAborted(entry.ready, signal);
    } catch (error) {
      release();
      throw error;
    }
    return { path: join(entry.path, treeName), [Symbol.dispose]: release };
  }

  #begin(key: string, node: DirectoryNode | FileNode): Entry {
    const path = join(this.#options.directory, `${key}.${randomUUID()}`);
    const entry: Entry = {
      key,
      path,
      sizeBytes: undefined,
      users: 0,
      stop: new AbortController(),
      ready: Promise.resolve(),
    };
    entry.ready = this.#export(entry, node).catch((error: unknown) => {
      this.#forget(entry);
      throw error;
    });
    entry.ready.catch(() => undefined);
    return entry;
  }

  async #export(entry: Entry, node: DirectoryNode | FileNode): Promise<void> {
    const { signal } = entry.stop;
    const draft = join(this.#options.directory, `draft-${randomUUID()}`);
    try {
      using _turn = await this.#exports.enter(0n, signal);
      await mkdir(draft);
      await chmod(draft, 0o711);
      signal.throwIfAborted();
      await this.#options.exportNode(node, join(draft, treeName), { signal });
      const sizeBytes = await treeSizeBytes(join(draft, treeName));
      await writeFile(join(draft, sizeFile), String(sizeBytes));
      await rename(draft, entry.path);
      signal.throwIfAborted();
      entry.sizeBytes = sizeBytes;
      this.#sizeBytes += sizeBytes;
    } catch (error) {
      await removeTree(draft);
      await removeTree(entry.path);
      throw signal.aborted ? signal.reason : toServiceError(`Cannot show input ${node.digest}`, error);
    }
    await this.#evict();
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
  }

  #release(entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (entry.sizeBytes === undefined) {
      // Nobody waits any more.
      entry.stop.abort();
      this.#forget(entry);
    } else void this.#evict().catch(() => undefined);
  }

  async #evict(): Promise<void> {
    for (const entry of [...this.#entries.values()]) {
      if (this.#sizeBytes <= this.#options.maxSizeBytes) return;
      if (entry.users > 0 || entry.sizeBytes === undefined) continue;
      this.#forget(entry);
      this.#sizeBytes -= entry.sizeBytes;
      await removeTree(entry.path);
    }
  }
}
