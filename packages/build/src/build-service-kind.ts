import type { CastoreServices } from "@tvix-mesh/castore";
import type { ServiceKind } from "@tvix-mesh/service";
import { buildServiceBackends } from "./backends.ts";
import type { BuildService } from "./build-service.ts";

/** Where a build service is. */
export const buildServicePeer = {
  environmentVariable: "BUILD_SERVICE_ADDR",
  defaultAddress: "http://127.0.0.1:8004",
} as const;

/** How daemons and clients find a build service. Local ones keep inputs and outputs in `stores`. */
export function buildServiceKind(stores: CastoreServices): ServiceKind<BuildService> {
  return {
    section: "buildservices",
    backends: buildServiceBackends(stores),
    ...buildServicePeer,
  };
}
