import { BlobService as SnixBlobService } from "@tvix-mesh/proto/snix/castore/v1/rpc_blobstore";
import { BlobService as TvixBlobService } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import {
  bindService,
  pieceBytes,
  type ServiceBinding,
  ServiceError,
  type ServiceImplementation,
} from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { outboardOf } from "../verified/outboard-of.ts";
import { bindBlobBatchService } from "./blob-batch-grpc-server.ts";
import { bindBlobRangeService } from "./blob-range-grpc-server.ts";
import type { BlobService } from "./blob-service.ts";
import { chunkListToMessage } from "./chunk-list-message.ts";

function noSuchBlob(digest: B3Digest): ServiceError {
  return new ServiceError("not-found", `Cannot read blob ${digest}: no such blob`);
}

async function* cutIntoMessages(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<{ readonly data: Uint8Array }> {
  for await (const piece of pieces)
    for (let offset = 0; offset < piece.length; offset += pieceBytes)
      yield { data: piece.subarray(offset, offset + pieceBytes) };
}

function implement(blobs: BlobService): ServiceImplementation<typeof TvixBlobService> {
  return {
    async stat(request, { signal }) {
      const digest = B3Digest.fromBytes(request.digest);
      const chunks = request.sendChunks
        ? await blobs.chunks(digest, { signal })
        : (await blobs.has(digest, { signal })) && [];
      if (!chunks) throw noSuchBlob(digest);
      const outboard = request.sendBao ? await outboardOf(blobs, digest, { signal }) : undefined;
      return chunkListToMessage(chunks, outboard);
    },
    async *read(request, { signal }) {
      const digest = B3Digest.fromBytes(request.digest);
      const reader = await blobs.openRead(digest, { signal });
      if (!reader) throw noSuchBlob(digest);
      yield* cutIntoMessages(reader.read(undefined, { signal }));
    },
    async put(requests, { signal }) {
      await using writer = await blobs.openWrite({ signal });
      for await (const { data } of requests) await writer.write(data);
      signal.throwIfAborted();
      const digest = await writer.close();
      return { digest: digest.toBytes() };
    },
  };
}

/** The service on the network, under Tvix's name and Snix's, and its batches and proven ranges under ours. */
export function bindBlobService(blobs: BlobService): readonly ServiceBinding[] {
  const implementation = implement(blobs);
  return [
    bindService(TvixBlobService, implementation),
    bindService(SnixBlobService, implementation),
    bindBlobBatchService(blobs),
    bindBlobRangeService(blobs),
  ];
}
