import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { LRUCache } from "lru-cache";
import type { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import { listDigests } from "../object-store/list-digests.ts";
import { objectKey } from "../object-store/object-key.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { decodeClosure, encodeClosure } from "./closure-codec.ts";
import { ClosurePutter } from "./closure-putter.ts";
import type { DirectoryService } from "./directory-service.ts";
import { createObjectStoreDirectoryService } from "./object-store-directory-service.ts";
import { putClosure } from "./put-closure.ts";
import { walkClosure } from "./walk-closure.ts";

/** How many directories of closures that were read are remembered. */
const rememberedDirectories = 16_384;

/** The same objects, with `directories/` where the single directories' own layout says `dirs/`. */
function singleObjects(objects: ObjectStore): ObjectStore {
  const inStore = (key: string): string => key.replace(/^dirs\//, "directories/");
  return {
    get: (key, options) => objects.get(inStore(key), options),
    has: (key, options) => objects.has(inStore(key), options),
    put: (key, value, options) => objects.put(inStore(key), value, options),
    delete: (key, options) => objects.delete(inStore(key), options),
    list: (prefix, options) => objects.list(inStore(prefix), options),
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  };
}

/**
 * Keeps directories in an object store, which it owns, in Tvix's layout: one object a closure, under its root's digest.
 * Beside it, where Tvix doesn't look, each directory is an object of its own, so that one can be had by itself. Of a
 * closure that Tvix wrote, what is below its root is known once the root was asked for.
 */
export function createClosureDirectoryService(objects: ObjectStore): DirectoryService & AsyncDisposable {
  const singles = createObjectStoreDirectoryService(singleObjects(objects));
  const recent = new LRUCache<string, Directory>({ max: rememberedDirectories });

  async function readClosure(root: B3Digest, options?: CallOptions): Promise<readonly Directory[] | undefined> {
    const stored = await objects.get(objectKey("dirs", root), options);
    if (!stored) return undefined;
    const closure = await decodeClosure(root, stored);
    for (const directory of closure) recent.set(directory.digest.hex, directory);
    return closure;
  }

  async function get(digest: B3Digest, options?: CallOptions): Promise<Directory | undefined> {
    options?.signal?.throwIfAborted();
    if (digest.equals(emptyB3Digest)) return Directory.empty;
    const known = recent.get(digest.hex) ?? (await singles.get(digest, options));
    return known ?? (await readClosure(digest, options))?.[0];
  }

  async function putWhole(closure: readonly Directory[], options?: CallOptions): Promise<void> {
    const [root] = closure;
    if (!root) return;
    const key = objectKey("dirs", root.digest);
    if (!(await objects.has(key, options)))
      await objects.put(key, await encodeClosure(closure), { ...options, ifAbsent: true });
  }

  /** What is stored below a directory; `undefined` if some of it isn't there. */
  async function findClosure(directory: Directory, options?: CallOptions): Promise<readonly Directory[] | undefined> {
    const find = async (digest: B3Digest, inner: CallOptions): Promise<Directory | undefined> =>
      digest.equals(directory.digest) ? directory : get(digest, inner);
    try {
      return await Array.fromAsync(walkClosure(directory.digest, find, options));
    } catch (error) {
      if (ServiceError.is(error, "data-loss")) return undefined;
      throw error;
    }
  }

  return {
    get,
    async put(directory, options) {
      await singles.put(directory, options);
      const closure = await findClosure(directory, options);
      if (closure) await putWhole(closure, options);
      return directory.digest;
    },
    async *getRecursive(root, options) {
      options?.signal?.throwIfAborted();
      yield* root.equals(emptyB3Digest)
        ? [Directory.empty]
        : ((await readClosure(root, options)) ?? walkClosure(root, get, options));
    },
    async openPutter(options) {
      return new ClosurePutter(async ({ root, directories }) => {
        await putClosure(singles, directories, options);
        await putWhole(directories.toReversed(), options);
        return root.digest;
      });
    },
    // Closures first: who reads them in this order comes upon most of the others below them.
    list: (options) => listDigests(objects, ["dirs", "directories"], options),
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  };
}
