import { type AnyBackend, combinatorBackends, defineBackend, grpcBackend, type Report } from "@tvix-mesh/service";
import { z } from "zod";
import { openLmdbObjectStore } from "../object-store/lmdb.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { type ObjectStoreConfig, objectStoreConfig, openObjectStore } from "../object-store/open-object-store.ts";
import { largestGroupBytes, treeChunkBytes } from "../verified/b3-tree.ts";
import type { BlobService } from "./blob-service.ts";
import { blobServiceCombinators } from "./combinators.ts";
import { chunkingOf, createFastCdcChunker, largestAverageBytes, smallestAverageBytes } from "./fastcdc-chunker.ts";
import { createBlobServiceClient } from "./grpc-client.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";
import { createSelfCheckingBlobService } from "./self-checking.ts";

/** How new blobs are cut and proven. What is stored already stays as it is, and readable. */
interface CuttingConfig {
  readonly chunk_average?: number | undefined;
  readonly outboard_group?: number | undefined;
}

const powerOfTwo = (least: number, most: number) =>
  z
    .int()
    .refine(
      (value) => value >= least && value <= most && Number.isInteger(Math.log2(value)),
      `expected a power of two from ${least} to ${most}`,
    )
    .optional();

const cuttingFields = {
  chunk_average: powerOfTwo(smallestAverageBytes, largestAverageBytes),
  outboard_group: powerOfTwo(treeChunkBytes, largestGroupBytes),
};

function keptIn(objects: ObjectStore, config: CuttingConfig, report: Report): BlobService & AsyncDisposable {
  const { chunk_average: averageBytes, outboard_group: outboardGroupBytes } = config;
  const chunker = averageBytes === undefined ? undefined : createFastCdcChunker(chunkingOf(averageBytes));
  return createSelfCheckingBlobService(
    createObjectStoreBlobService(objects, { chunker, outboardGroupBytes }),
    objects,
    report,
  );
}

const memory = defineBackend<BlobService, CuttingConfig>({
  type: "memory",
  config: z.strictObject(cuttingFields),
  build: async (config, { report }) => keptIn(createMemoryObjectStore(), config, report),
});

const lmdb = defineBackend<
  BlobService,
  CuttingConfig & { readonly path: string; readonly map_size?: number | undefined }
>({
  type: "lmdb",
  config: z.strictObject({ path: z.string().min(1), map_size: z.int().positive().optional(), ...cuttingFields }),
  build: async (config, { report }) =>
    keptIn(await openLmdbObjectStore({ path: config.path, mapSizeBytes: config.map_size }), config, report),
});

const objectStore = defineBackend<BlobService, ObjectStoreConfig & CuttingConfig>({
  type: "objectstore",
  config: objectStoreConfig.safeExtend(cuttingFields),
  build: async (config, { report }) => keptIn(await openObjectStore(config), config, report),
});

/** The ways to have a blob service that a composition file may name. */
export const blobServiceBackends: readonly AnyBackend<BlobService>[] = [
  memory,
  lmdb,
  objectStore,
  grpcBackend("blob-service", createBlobServiceClient),
  ...combinatorBackends(blobServiceCombinators),
];
