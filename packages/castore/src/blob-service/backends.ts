import { type AnyBackend, combinatorBackends, defineBackend, grpcBackend, type Report } from "@tvix-mesh/service";
import { z } from "zod";
import { openLmdbObjectStore } from "../object-store/lmdb.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { type ObjectStoreConfig, objectStoreConfig, openObjectStore } from "../object-store/open-object-store.ts";
import type { BlobService } from "./blob-service.ts";
import { blobServiceCombinators } from "./combinators.ts";
import { createBlobServiceClient } from "./grpc-client.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";
import { createSelfCheckingBlobService } from "./self-checking.ts";

function keptIn(objects: ObjectStore, report: Report): BlobService & AsyncDisposable {
  return createSelfCheckingBlobService(createObjectStoreBlobService(objects), objects, report);
}

const memory = defineBackend<BlobService, object>({
  type: "memory",
  config: z.strictObject({}),
  build: async (_config, { report }) => keptIn(createMemoryObjectStore(), report),
});

const lmdb = defineBackend<BlobService, { readonly path: string; readonly map_size?: number | undefined }>({
  type: "lmdb",
  config: z.strictObject({ path: z.string().min(1), map_size: z.int().positive().optional() }),
  build: async ({ path, map_size: mapSizeBytes }, { report }) =>
    keptIn(await openLmdbObjectStore({ path, mapSizeBytes }), report),
});

const objectStore = defineBackend<BlobService, ObjectStoreConfig>({
  type: "objectstore",
  config: objectStoreConfig,
  build: async (config, { report }) => keptIn(await openObjectStore(config), report),
});

/** The ways to have a blob service that a composition file may name. */
export const blobServiceBackends: readonly AnyBackend<BlobService>[] = [
  memory,
  lmdb,
  objectStore,
  grpcBackend("blob-service", createBlobServiceClient),
  ...combinatorBackends(blobServiceCombinators),
];
