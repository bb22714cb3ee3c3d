import type { BuildService } from "@tvix-mesh/build";
import type { StoreServices } from "@tvix-mesh/store";

/** The services that an evaluation works with: in this process or behind gRPC, nobody can tell. */
export interface MeshServices extends StoreServices {
  readonly builds: BuildService;
}
