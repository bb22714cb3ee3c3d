import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type StatBlobResponse, StatBlobResponseSchema } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import type { ChunkMeta } from "./blob-service.ts";

/** The message that tells of a blob's chunks. Without any: it is there, and no finer chunks are known. */
export function chunkListToMessage(
  chunks: readonly ChunkMeta[],
  outboard: Uint8Array = new Uint8Array(),
): StatBlobResponse {
  return create(StatBlobResponseSchema, {
    bao: outboard,
    chunks: chunks.map(({ digest, sizeBytes }) => ({ digest: digest.toBytes(), size: BigInt(sizeBytes) })),
  });
}

/** `data-loss` if a digest or a size can't be one: the list comes from a store or a remote, not from a caller. */
export function chunkListFromMessage(blob: B3Digest, message: StatBlobResponse): readonly ChunkMeta[] {
  let totalBytes = 0n;
  return message.chunks.map(({ digest, size }) => {
    totalBytes += size;
    if (digest.length !== 32 || size === 0n || totalBytes > BigInt(Number.MAX_SAFE_INTEGER))
      throw new ServiceError("data-loss", `Cannot read the chunk list of blob ${blob}: it is damaged`);
    return { digest: B3Digest.fromBytes(digest), sizeBytes: Number(size) };
  });
}

export function encodeChunkList(chunks: readonly ChunkMeta[]): Uint8Array {
  return toBinary(StatBlobResponseSchema, chunkListToMessage(chunks));
}

export function decodeChunkList(blob: B3Digest, bytes: Uint8Array): readonly ChunkMeta[] {
  let message: StatBlobResponse;
  try {
    message = fromBinary(StatBlobResponseSchema, bytes);
  } catch (cause) {
    throw new ServiceError("data-loss", `Cannot read the chunk list of blob ${blob}: it is damaged`, { cause });
  }
  return chunkListFromMessage(blob, message);
}
