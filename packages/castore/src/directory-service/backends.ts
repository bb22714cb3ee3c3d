import { type AnyBackend, combinatorBackends, defineBackend, openChannel } from "@tvix-mesh/service";
import { z } from "zod";
import { openLmdbObjectStore } from "../object-store/lmdb.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { type ObjectStoreConfig, objectStoreConfig, openObjectStore } from "../object-store/open-object-store.ts";
import { createClosureDirectoryService } from "./closure-directory-service.ts";
import { directoryServiceCombinators } from "./combinators.ts";
import type { DirectoryService } from "./directory-service.ts";
import { createDirectoryServiceClient } from "./grpc-client.ts";
import { createObjectStoreDirectoryService } from "./object-store-directory-service.ts";

const memory = defineBackend<DirectoryService, object>({
  type: "memory",
  config: z.strictObject({}),
  build: async () => createObjectStoreDirectoryService(createMemoryObjectStore()),
});

const lmdb = defineBackend<DirectoryService, { readonly path: string; readonly map_size?: number | undefined }>({
  type: "lmdb",
  config: z.strictObject({ path: z.string().min(1), map_size: z.int().positive().optional() }),
  async build({ path, map_size: mapSizeBytes }) {
    return createObjectStoreDirectoryService(await openLmdbObjectStore({ path, mapSizeBytes }));
  },
});

const objectStore = defineBackend<DirectoryService, ObjectStoreConfig>({
  type: "objectstore",
  config: objectStoreConfig,
  build: async (config) => createClosureDirectoryService(await openObjectStore(config)),
});

const grpc = defineBackend<DirectoryService, { readonly address: string; readonly tls_ca_file?: string | undefined }>({
  type: "grpc",
  config: z.strictObject({ address: z.string().min(1), tls_ca_file: z.string().min(1).optional() }),
  async build({ address, tls_ca_file: tlsCaFile }) {
    const channel = openChannel({ name: "directory-service", address, tlsCaFile });
    const client: DirectoryService & AsyncDisposable = {
      ...createDirectoryServiceClient(channel),
      [Symbol.asyncDispose]: async () => channel[Symbol.dispose](),
    };
    return client;
  },
});

/** The ways to have a directory service that a composition file may name. */
export const directoryServiceBackends: readonly AnyBackend<DirectoryService>[] = [
  memory,
  lmdb,
  objectStore,
  grpc,
  ...combinatorBackends(directoryServiceCombinators),
];
