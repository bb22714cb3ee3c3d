import { fileURLToPath } from "node:url";
import { ServiceError } from "@tvix-mesh/service";
import { z } from "zod";
import { openFileSystemObjectStore } from "./file-system.ts";
import { createMemoryObjectStore } from "./memory.ts";
import type { ObjectStore } from "./object-store.ts";

const forS3 = ["endpoint", "region", "access_key_id", "secret_access_key"] as const;
/** A URL's query may give something that looks like a number. */
const text = z.union([z.string().min(1), z.number().transform(String)]).optional();

/** What a composition says of an `objectstore`: where it is, and what the technology needs to know beside that. */
export const objectStoreConfig = z
  .strictObject({
    /** `file:///path`, `memory://` or `s3://bucket/prefix`. */
    address: z.string().regex(/^[a-z0-9]+:\/\//, "expected a URL"),
    endpoint: text,
    region: text,
    access_key_id: text,
    secret_access_key: text,
  })
  .refine((config) => config.address.startsWith("s3://") || forS3.every((field) => config[field] === undefined), {
    path: ["address"],
    error: `only s3:// takes ${forS3.join(", ")}`,
  });

export type ObjectStoreConfig = z.infer<typeof objectStoreConfig>;

/** The object store of the technology that the URL names. */
export async function openObjectStore(config: ObjectStoreConfig): Promise<ObjectStore> {
  const { protocol, hostname, pathname } = new URL(config.address);
  switch (protocol) {
    case "file:":
      return openFileSystemObjectStore({ path: fileURLToPath(config.address) });
    case "memory:":
      return createMemoryObjectStore();
    case "s3:": {
      // Loading the client takes longer than starting everything else.
      const { createS3ObjectStore } = await import("./s3.ts");
      return createS3ObjectStore({
        bucket: hostname,
        prefix: decodeURIComponent(pathname.slice(1)),
        endpoint: config.endpoint,
        region: config.region,
        accessKeyId: config.access_key_id,
        secretAccessKey: config.secret_access_key,
      });
    }
    default:
      throw new ServiceError(
        "invalid-argument",
        `Cannot open object store ${config.address}: ${protocol}// is none of file://, memory://, s3://`,
      );
  }
}
