import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { BlobReader, BlobService } from "./blob-service.ts";

/** Stores what `reader` reads in `to`, piece by piece. */
async function copyBlob(digest: B3Digest, reader: BlobReader, to: BlobService, options?: CallOptions): Promise<void> {
  await using writer = await to.openWrite(options);
  for await (const piece of reader.read(undefined, options)) await writer.write(piece);
  const written = await writer.close();
  if (!written.equals(digest))
    throw new ServiceError("data-loss", `Cannot copy blob ${digest}: its bytes are those of ${written}`);
}

/** Stores a blob that `damaged` has set aside again, from `source`. Answers whether that was possible. */
export async function healBlob(
  digest: B3Digest,
  damaged: BlobService,
  source: BlobService,
  options?: CallOptions,
): Promise<boolean> {
  try {
    const reader = await source.openRead(digest, options);
    if (!reader) return false;
    await copyBlob(digest, reader, damaged, options);
    return true;
  } catch {
    options?.signal?.throwIfAborted();
    return false;
  }
}
