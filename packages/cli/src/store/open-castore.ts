import type { CastoreServices } from "@tvix-mesh/castore";
import type { OpenStore } from "../services/open-store.ts";

/** Where the contents of a store are. */
export async function openCastore(store: OpenStore): Promise<CastoreServices> {
  return { blobs: await store.blobs(), directories: await store.directories() };
}
