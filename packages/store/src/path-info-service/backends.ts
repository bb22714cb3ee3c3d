import {
  bigtableConfig,
  createMemoryObjectStore,
  objectStoreConfig,
  openBigtable,
  openLmdbObjectStore,
  openObjectStore,
} from "@tvix-mesh/castore";
import { type AnyBackend, combinatorBackends, defineBackend, grpcBackend } from "@tvix-mesh/service";
import { z } from "zod";
import { createBigtablePathInfoService } from "./bigtable.ts";
import { pathInfoServiceCombinators } from "./combinators.ts";
import { createPathInfoServiceClient } from "./grpc-client.ts";
import { createSigningPathInfoService, readSigningKey } from "./keyfile-signing.ts";
import { createObjectStorePathInfoService } from "./object-store-path-info-service.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** The ways to make a PathInfoService that a composition file may name. */
export const pathInfoServiceBackends: readonly AnyBackend<PathInfoService>[] = [
  defineBackend({
    type: "memory",
    config: z.strictObject({}),
    build: async (_config, { report }) => createObjectStorePathInfoService(createMemoryObjectStore(), report),
  }),
  defineBackend({
    type: "lmdb",
    config: z.strictObject({ path: z.string().min(1), map_size: z.int().positive().optional() }),
    build: async ({ path, map_size: mapSizeBytes }, { report }) =>
      createObjectStorePathInfoService(await openLmdbObjectStore({ path, mapSizeBytes }), report),
  }),
  defineBackend({
    type: "objectstore",
    config: objectStoreConfig,
    build: async (config, { report }) => createObjectStorePathInfoService(await openObjectStore(config), report),
  }),
  defineBackend({
    type: "bigtable",
    config: bigtableConfig,
    build: async (config, { report }) => createBigtablePathInfoService(await openBigtable(config), report),
  }),
  grpcBackend("pathinfo-service", createPathInfoServiceClient),
  defineBackend({
    type: "keyfile-signing",
    config: z.strictObject({ inner: z.string().min(1), keyfile: z.string().min(1) }),
    build: async ({ inner, keyfile }, { resolve }) =>
      createSigningPathInfoService(await resolve(inner), await readSigningKey(keyfile)),
  }),
  ...combinatorBackends(pathInfoServiceCombinators),
];
