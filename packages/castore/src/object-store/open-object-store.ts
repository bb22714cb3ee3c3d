import { fileURLToPath } from "node:url";
import { ServiceError } from "@tvix-mesh/service";
import { z } from "zod";
import { openFileSystemObjectStore } from "./file-system.ts";
import { createMemoryObjectStore } from "./memory.ts";
import type { ObjectStore } from "./object-store.ts";

/** What a composition says of an `objectstore`: where it is, and what the technology needs to know beside that. */
export const objectStoreConfig = z.strictObject({
  /** `file:///path` or `memory://`. */
  address: z.string().regex(/^[a-z0-9]+:\/\//, "expected a URL"),
});

export type ObjectStoreConfig = z.infer<typeof objectStoreConfig>;

/** The object store of the technology that the URL names. */
export async function openObjectStore(config: ObjectStoreConfig): Promise<ObjectStore> {
  const { protocol } = new URL(config.address);
  switch (protocol) {
    case "file:":
      return openFileSystemObjectStore({ path: fileURLToPath(config.address) });
    case "memory:":
      return createMemoryObjectStore();
    default:
      throw new ServiceError(
        "invalid-argument",
        `Cannot open object store ${config.address}: ${protocol}// is none of file://, memory://`,
      );
  }
}
