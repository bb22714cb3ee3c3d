import { type AnyBackend, combinatorBackends, defineBackend, openChannel, type Report } from "@tvix-mesh/service";
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

const grpc = defineBackend<BlobService, { readonly address: string; readonly tls_ca_file?: string | undefined }>({
  type: "grpc",
  config: z.strictObject({ address: z.string().min(1), tls_ca_file: z.string().min(1).optional() }),
  async build({ address, tls_ca_file: tlsCaFile }) {
    const channel = openChannel({ name: "blob-service", address, tlsCaFile });
    const client: BlobService & AsyncDisposable = {
      ...createBlobServiceClient(channel),
      [Symbol.asyncDispose]: async () => channel[Symbol.dispose](),
    };
    return client;
  },
});

/** The ways to have a blob service that a composition file may name. */
export const blobServiceBackends: readonly AnyBackend<BlobService>[] = [
  memory,
  lmdb,
  objectStore,
  grpc,
  ...combinatorBackends(blobServiceCombinators),
];
