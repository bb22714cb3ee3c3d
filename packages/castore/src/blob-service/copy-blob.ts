import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { BlobReader, BlobService } from "./blob-service.ts";

/** Stores what `reader` reads in `to`, piece by piece. */
export async function copyBlob(
  digest: B3Digest,
  reader: BlobReader,
  to: BlobService,
  options?: CallOptions,
): Promise<void> {
  await using writer = await to.openWrite(options);
  for await (const piece of reader.read(undefined, options)) await writer.write(piece);
  const written = await writer.close();
  if (!written.equals(digest))
    throw new ServiceError("data-loss", `Cannot copy blob ${digest}: its bytes are those of ${written}`);
}

/**
 * Stores again, from `source`, what `damaged` has lost of a blob: the chunks that it misses, if it still knows which
 * those are, or else all of it. Answers whether that was possible.
 */
export async function healBlob(
  digest: B3Digest,
  damaged: BlobService,
  source: BlobService,
  options?: CallOptions,
): Promise<boolean> {
  try {
    const chunks = (await damaged.chunks(digest, options)) ?? [];
    if (
      chunks.length > 0 &&
      (await healChunks(
        chunks.map((chunk) => chunk.digest),
        damaged,
        source,
        options,
      ))
    )
      return true;
    const reader = await source.openRead(digest, options);
    if (!reader) return false;
    await copyBlob(digest, reader, damaged, options);
    return true;
  } catch {
    options?.signal?.throwIfAborted();
    return false;
  }
}

async function healChunks(
  chunks: readonly B3Digest[],
  damaged: BlobService,
  source: BlobService,
  options?: CallOptions,
): Promise<boolean> {
  for (const chunk of new Map(chunks.map((digest) => [digest.hex, digest])).values()) {
    if (await damaged.has(chunk, options)) continue;
    const reader = await source.openRead(chunk, options);
    if (!reader) return false;
    await copyBlob(chunk, reader, damaged, options);
  }
  return true;
}
