import { type AnyBackend, combinatorBackends, defineBackend, grpcBackend, type Report } from "@tvix-mesh/service";
import { z } from "zod";
import { type BigtableConfig, bigtableConfig } from "../bigtable/bigtable-config.ts";
import { openBigtable } from "../bigtable/open-bigtable.ts";
import { createBigtableObjectStore } from "../object-store/bigtable.ts";
import { openLmdbObjectStore } from "../object-store/lmdb.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { type ObjectStoreConfig, objectStoreConfig, openObjectStore } from "../object-store/open-object-store.ts";
import { createClosureDirectoryService } from "./closure-directory-service.ts";
import { directoryServiceCombinators } from "./combinators.ts";
import type { DirectoryService } from "./directory-service.ts";
import { createDirectoryServiceClient } from "./grpc-client.ts";
import { createObjectStoreDirectoryService } from "./object-store-directory-service.ts";
import { createSelfCheckingDirectoryService } from "./self-checking.ts";

function keptSingly(objects: ObjectStore, report: Report): DirectoryService & AsyncDisposable {
  const inner = createObjectStoreDirectoryService(objects);
  return createSelfCheckingDirectoryService(inner, objects, { dirs: "directory" }, report);
}

const memory = defineBackend<DirectoryService, object>({
  type: "memory",
  config: z.strictObject({}),
  build: async (_config, { report }) => keptSingly(createMemoryObjectStore(), report),
});

const lmdb = defineBackend<DirectoryService, { readonly path: string; readonly map_size?: number | undefined }>({
  type: "lmdb",
  config: z.strictObject({ path: z.string().min(1), map_size: z.int().positive().optional() }),
  build: async ({ path, map_size: mapSizeBytes }, { report }) =>
    keptSingly(await openLmdbObjectStore({ path, mapSizeBytes }), report),
});

const objectStore = defineBackend<DirectoryService, ObjectStoreConfig>({
  type: "objectstore",
  config: objectStoreConfig,
  async build(config, { report }) {
    const objects = await openObjectStore(config);
    const folders = { directories: "directory", dirs: "closure" } as const;
    return createSelfCheckingDirectoryService(createClosureDirectoryService(objects), objects, folders, report);
  },
});

const bigtable = defineBackend<DirectoryService, BigtableConfig>({
  type: "bigtable",
  config: bigtableConfig,
  build: async (config, { report }) => keptSingly(createBigtableObjectStore(await openBigtable(config)), report),
});

/** The ways to have a directory service that a composition file may name. */
export const directoryServiceBackends: readonly AnyBackend<DirectoryService>[] = [
  memory,
  lmdb,
  objectStore,
  bigtable,
  grpcBackend("directory-service", createDirectoryServiceClient),
  ...combinatorBackends(directoryServiceCombinators),
];
