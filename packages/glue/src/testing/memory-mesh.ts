import { createBubblewrapSandbox, openLocalBuildService } from "@tvix-mesh/build";
import { openMemoryStore } from "@tvix-mesh/store/testing/memory-store";
import type { MeshServices } from "../mesh-services.ts";

/** All services, empty and in this process: the stores keep nothing, and builds run below `workDirectory`. */
export async function openMemoryMesh(workDirectory: string): Promise<MeshServices> {
  const store = openMemoryStore();
  const builds = await openLocalBuildService({ sandbox: createBubblewrapSandbox(), stores: store, workDirectory });
  return { ...store, builds };
}
