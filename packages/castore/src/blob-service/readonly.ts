import { ServiceError } from "@tvix-mesh/service";
import type { BlobService } from "./blob-service.ts";

/** Reads `inner`; writing is `permission-denied`. */
export function createReadonlyBlobService(inner: BlobService): BlobService {
  return {
    has: (digest, options) => inner.has(digest, options),
    openRead: (digest, options) => inner.openRead(digest, options),
    list: inner.list,
    outboard: inner.outboard,
    hasMany: inner.hasMany,
    readMany: inner.readMany,
    chunks: (digest, options) => inner.chunks(digest, options),
    async openWrite() {
      throw new ServiceError("permission-denied", "Cannot put a blob: the service is read-only");
    },
  };
}
