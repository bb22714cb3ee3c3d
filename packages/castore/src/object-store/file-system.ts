import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CallOptions, ServiceError, toServiceError } from "@tvix-mesh/service";
import { isAbandonedDraft, writeDurably } from "./draft.ts";
import type { ObjectStore } from "./object-store.ts";
import { processIdentity } from "./process-identity.ts";
import { syncDirectory } from "./sync-directory.ts";

/** Below the root. Its name can't be the beginning of a key, and other programs that share the root ignore it. */
const draftsName = "#drafts";

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}

async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

class FileSystemObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #identity = processIdentity();
  readonly #knownDirectories = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Removes what crashed processes left. */
  async open(): Promise<void> {
    const drafts = join(this.#root, draftsName);
    for (const entry of (await unlessMissing(readdir(drafts))) ?? []) {
      const draft = join(drafts, entry);
      if (await isAbandonedDraft(draft, entry.slice(entry.indexOf(".") + 1))) await rm(draft, { force: true });
    }
  }

  #pathOf(key: string): string {
    const parts = key.split("/");
    if (!/^[!-~]+$/.test(key) || key.includes("#") || parts.some((part) => ["", ".", ".."].includes(part)))
      throw new ServiceError("invalid-argument", `Cannot keep object ${JSON.stringify(key)}: no file can be called so`);
    return join(this.#root, ...parts);
  }

  async #access<Result>(verb: string, key: string, work: (path: string) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#pathOf(key));
    } catch (error) {
      throw toServiceError(`Cannot ${verb} object ${key}`, error);
    }
  }

  async get(key: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    options?.signal?.throwIfAborted();
    return this.#access("read", key, async (path) => {
      const content = await unlessMissing(readFile(path));
      return content && new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    });
  }

  async has(key: string, options?: CallOptions): Promise<boolean> {
    options?.signal?.throwIfAborted();
    return this.#access("look up", key, async (path) => (await unlessMissing(stat(path)))?.isFile() ?? false);
  }

  put(key: string, value: Uint8Array, options?: CallOptions): Promise<void> {
    return this.putParts(key, [value], options);
  }

  async putParts(key: string, parts: readonly Uint8Array[], options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    await this.#access("put", key, async (path) => {
      const drafts = join(this.#root, draftsName);
      const draft = join(drafts, `${randomUUID()}.${this.#identity}`);
      try {
        await this.#makeDirectory(drafts);
        await writeDurably(draft, parts);
        await this.#makeDirectory(dirname(path));
        await rename(draft, path);
      } catch (error) {
        // Somebody may have removed a directory that was there.
        this.#knownDirectories.clear();
        await rm(draft, { force: true });
        throw error;
      }
      await syncDirectory(dirname(path));
    });
  }

  /** Makes a directory, durably, with those above it. */
  async #makeDirectory(path: string): Promise<void> {
    if (this.#knownDirectories.has(path)) return;
    const first = await mkdir(path, { recursive: true });
    if (first !== undefined)
      for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
    this.#knownDirectories.add(path);
  }

  async delete(key: string, options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    await this.#access("delete", key, async (path) => {
      if ((await unlessMissing(rm(path).then(() => true))) === undefined) return;
      await syncDirectory(dirname(path));
    });
  }

  async *list(prefix: string, options?: CallOptions): AsyncGenerator<string> {
    yield* this.#listBelow("", prefix, options);
  }

  /** The keys with the prefix below `folder`, which is empty or ends in `/`. */
  async *#listBelow(folder: string, prefix: string, options?: CallOptions): AsyncGenerator<string> {
    options?.signal?.throwIfAborted();
    const entries = (await unlessMissing(readdir(join(this.#root, folder), { withFileTypes: true }))) ?? [];
    const names = entries
      // Names with this sign are drafts, of ours or of other programs.
      .filter(({ name }) => !name.includes("#"))
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`)
      .filter((name) => (name.endsWith("/") ? startsAlike(name, prefix) : name.startsWith(prefix)))
      .sort();
    for (const name of names) {
      if (name.endsWith("/")) yield* this.#listBelow(name, prefix, options);
      else yield name;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Whether one of them begins with the other. */
function startsAlike(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/**
 * Keeps each object as a file below `path`, under its key, as Tvix's `objectstore+file://` does. Writes become visible
 * at once and stay: draft, fsync, rename, fsync of the directory. Several processes may use the directory.
 */
export async function openFileSystemObjectStore({ path }: { readonly path: string }): Promise<ObjectStore> {
  const store = new FileSystemObjectStore(path);
  try {
    await mkdir(path, { recursive: true });
    await store.open();
    return store;
  } catch (error) {
    throw toServiceError(`Cannot open object store ${path}`, error);
  }
}
