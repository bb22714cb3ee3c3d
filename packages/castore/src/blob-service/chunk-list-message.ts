import { crc32 } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
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

/** Of a field that Tvix's messages don't have, and its programs pass over. */
const checksumField = 1000;

/** Covers the digest too, so that two lists that were exchanged are noticed. */
function checksumOf(blob: B3Digest, message: Uint8Array): number {
  return crc32(message, crc32(blob.toBytes()));
}

function encodeChecksum(checksum: number): Uint8Array {
  return new BinaryWriter().tag(checksumField, WireType.Bit32).fixed32(checksum).finish();
}

const checksumBytes = encodeChecksum(0).length;

/**
 * A list as it is stored: Tvix's message after a checksum. A list that is cut short where a chunk ends is one too, and only
 * a read of the whole blob would tell.
 */
export function encodeChunkList(blob: B3Digest, chunks: readonly ChunkMeta[]): Uint8Array {
  const message = toBinary(StatBlobResponseSchema, chunkListToMessage(chunks));
  return new Uint8Array(Buffer.concat([encodeChecksum(checksumOf(blob, message)), message]));
}

/** `data-loss` if it is damaged. A list without a checksum is another program's, and believed so far. */
export function decodeChunkList(blob: B3Digest, bytes: Uint8Array): readonly ChunkMeta[] {
  const damaged = (cause?: unknown): ServiceError =>
    new ServiceError("data-loss", `Cannot read the chunk list of blob ${blob}: it is damaged`, { cause });
  let message: StatBlobResponse;
  try {
    message = fromBinary(StatBlobResponseSchema, bytes);
  } catch (cause) {
    throw damaged(cause);
  }
  if (message.$unknown?.some(({ no }) => no === checksumField)) {
    const expected = encodeChecksum(checksumOf(blob, bytes.subarray(checksumBytes)));
    if (Buffer.compare(expected, bytes.subarray(0, checksumBytes)) !== 0) throw damaged();
  }
  return chunkListFromMessage(blob, message);
}
