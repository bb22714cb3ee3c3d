import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { BlobService } from "../blob-service/blob-service.ts";
import { buildOutboard } from "./outboard.ts";

/**
 * The encoded outboard of a blob, as the service keeps it or else made by reading the blob; `undefined` if it isn't
 * there.
 */
export async function outboardOf(
  blobs: BlobService,
  digest: B3Digest,
  options?: CallOptions,
): Promise<Uint8Array | undefined> {
  const kept = await blobs.outboard?.(digest, options);
  if (kept) return kept;
  const reader = await blobs.openRead(digest, options);
  return reader && buildOutboard(digest, reader.read(undefined, options));
}
