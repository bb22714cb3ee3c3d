import type { CastoreServices } from "@tvix-mesh/castore";
import { type AnyBackend, defineBackend, grpcBackend, ServiceError } from "@tvix-mesh/service";
import { z } from "zod";
import type { BuildService } from "./build-service.ts";
import { createGrpcBuildService } from "./grpc-client.ts";
import { openLocalBuildService } from "./local-build-service.ts";
import { createBubblewrapSandbox } from "./sandbox/bubblewrap.ts";

const bubblewrapConfig = z.strictObject({
  workdir: z.string().startsWith("/"),
  max_jobs: z.int().positive().optional(),
  sandbox_shell: z.string().startsWith("/").optional(),
  input_cache_bytes: z.int().nonnegative().optional(),
  host_paths: z.array(z.string().startsWith("/")).optional(),
});

function bubblewrapBackend(stores: CastoreServices): AnyBackend<BuildService> {
  return defineBackend<BuildService, z.infer<typeof bubblewrapConfig>>({
    type: "bubblewrap",
    config: bubblewrapConfig,
    build: (config) =>
      openLocalBuildService({
        sandbox: createBubblewrapSandbox(),
        stores,
        workDirectory: config.workdir,
        maxJobs: config.max_jobs,
        sandboxShell: config.sandbox_shell,
        inputCacheBytes: config.input_cache_bytes,
        hostPaths: config.host_paths,
      }),
  });
}

/** Tvix's default: a builder that builds nothing. */
const dummyBackend = defineBackend<BuildService, Record<string, never>>({
  type: "dummy",
  config: z.strictObject({}),
  async build() {
    return {
      // biome-ignore lint/correctness/useYield: there is no event before the error.
      async *build() {
        throw new ServiceError("failed-precondition", "Cannot build: the builder is configured as dummy");
      },
    };
  },
});

/**
 * The ways to make a BuildService that a composition file may name. Local ones take their inputs from `stores` and put
 * their outputs there.
 */
export function buildServiceBackends(stores: CastoreServices): readonly AnyBackend<BuildService>[] {
  return [bubblewrapBackend(stores), grpcBackend("build-service", createGrpcBuildService), dummyBackend];
}
