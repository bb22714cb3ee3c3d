import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import { mapInOrder } from "../map-in-order.ts";
import { listDigests } from "../object-store/list-digests.ts";
import { objectKey } from "../object-store/object-key.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { ClosurePutter } from "./closure-putter.ts";
import type { DirectoryService } from "./directory-service.ts";
import { walkClosure } from "./walk-closure.ts";

/** How many are stored at once: many, as a store makes those durable together that come together. */
const parallelPuts = 2048;

class DirectoryObjects {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** `data-loss` if what is stored isn't the directory of that digest. The empty directory is always there. */
  async get(digest: B3Digest, options?: CallOptions): Promise<Directory | undefined> {
    if (digest.equals(emptyB3Digest)) return Directory.empty;
    const bytes = await this.#objects.get(objectKey("dirs", digest), options);
    if (!bytes) return undefined;
    let directory: Directory | undefined;
    let cause: unknown;
    try {
      directory = Directory.fromBytes(bytes);
    } catch (error) {
      cause = error;
    }
    if (!directory?.digest.equals(digest))
      throw new ServiceError("data-loss", `Cannot read directory ${digest}: what is stored is damaged`, { cause });
    return directory;
  }

  async put(directory: Directory, options?: CallOptions): Promise<void> {
    if (directory.digest.equals(emptyB3Digest)) return;
    const key = objectKey("dirs", directory.digest);
    if (!(await this.#objects.has(key, options))) await this.#objects.put(key, directory.bytes, options);
  }
}

/** The directories by how far they are above the lowest leaf below them; each level needs only those before it. */
function levelsOf(directories: readonly Directory[]): readonly (readonly Directory[])[] {
  const heights = new Map<string, number>();
  const levels: Directory[][] = [];
  for (const directory of directories) {
    let height = 0;
    for (const child of directory.children()) height = Math.max(height, (heights.get(child.digest.hex) ?? 0) + 1);
    heights.set(directory.digest.hex, height);
    const level = levels[height] ?? [];
    level.push(directory);
    levels[height] = level;
  }
  return levels;
}

/** Keeps directories in an object store, which it owns, one object each. */
export function createObjectStoreDirectoryService(objects: ObjectStore): DirectoryService & AsyncDisposable {
  const stored = new DirectoryObjects(objects);

  async function putAll(directories: Iterable<Directory>, options?: CallOptions): Promise<void> {
    const puts = mapInOrder(
      directories,
      parallelPuts,
      (directory, signal) => stored.put(directory, { signal }),
      options?.signal,
    );
    for await (const _done of puts);
  }

  return {
    get: (digest, options) => stored.get(digest, options),
    async put(directory, options) {
      await stored.put(directory, options);
      return directory.digest;
    },
    getRecursive: (root, options) => walkClosure(root, (digest, inner) => stored.get(digest, inner), options),
    async openPutter(options) {
      return new ClosurePutter(async ({ root, directories }) => {
        // Level by level, so that no crash leaves a directory without what it refers to.
        for (const level of levelsOf(directories)) await putAll(level, options);
        return root.digest;
      });
    },
    list: (options) => listDigests(objects, ["dirs"], options),
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  };
}
