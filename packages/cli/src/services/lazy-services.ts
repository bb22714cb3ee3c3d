import type { BuildService } from "@tvix-mesh/build";
import type { BlobService, DirectoryService } from "@tvix-mesh/castore";
import type { NarCalculationService, PathInfoService } from "@tvix-mesh/store";

/** Loaded with the first store that is opened: most evaluations open none. */
const loadBatches = () => import("@tvix-mesh/castore");

/** Opens a service; opening it again answers the same one. */
type Open<Service> = () => Promise<Service>;

/** A service that is opened by its first call. */
export function lazyBlobService(open: Open<BlobService>): BlobService {
  return {
    has: async (digest, options) => (await open()).has(digest, options),
    openRead: async (digest, options) => (await open()).openRead(digest, options),
    openWrite: async (options) => (await open()).openWrite(options),
    chunks: async (digest, options) => (await open()).chunks(digest, options),
    outboard: async (digest, options) => (await open()).outboard?.(digest, options),
    async hasMany(digests, options) {
      const { hasBlobs } = await loadBatches();
      return hasBlobs(await open(), digests, options);
    },
    async *readMany(digests, options) {
      const { readBlobs } = await loadBatches();
      yield* readBlobs(await open(), digests, options);
    },
    async *putMany(batches, options) {
      const { putBlobs } = await loadBatches();
      yield* putBlobs(await open(), batches, options);
    },
  };
}

/** A service that is opened by its first call. */
export function lazyDirectoryService(open: Open<DirectoryService>): DirectoryService {
  return {
    get: async (digest, options) => (await open()).get(digest, options),
    put: async (directory, options) => (await open()).put(directory, options),
    async *getRecursive(root, options) {
      yield* (await open()).getRecursive(root, options);
    },
    openPutter: async (options) => (await open()).openPutter(options),
  };
}

/** A service that is opened by its first call. */
export function lazyPathInfoService(open: Open<PathInfoService>): PathInfoService {
  return {
    get: async (digest, options) => (await open()).get(digest, options),
    put: async (pathInfo, options) => (await open()).put(pathInfo, options),
    async *list(options) {
      yield* (await open()).list(options);
    },
  };
}

/** A service that is opened by its first call. */
export function lazyNarCalculationService(open: Open<NarCalculationService>): NarCalculationService {
  return { calculateNar: async (root, options) => (await open()).calculateNar(root, options) };
}

/** A service that is opened by its first call. */
export function lazyBuildService(open: Open<BuildService>): BuildService {
  return {
    async *build(request, options) {
      yield* (await open()).build(request, options);
    },
  };
}
