import { BlobBatchService } from "@tvix-mesh/proto/mesh/castore/v1/blob_batch";
import { bindService, pieceBytes, type ServiceBinding, ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { hasBlobs, putBlobs, readBlobs } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";

const mostDigests = 65_536;

function digestsOf(digests: readonly Uint8Array[]): readonly B3Digest[] {
  if (digests.length > mostDigests)
    throw new ServiceError("invalid-argument", `Cannot take ${digests.length} digests at once: ${mostDigests} at most`);
  return digests.map((digest) => B3Digest.fromBytes(digest));
}

interface ReadBatch {
  readonly blobs: { readonly data?: Uint8Array }[];
}

async function* packBlobs(contents: AsyncIterable<Uint8Array | undefined>): AsyncGenerator<ReadBatch> {
  let blobs: { data?: Uint8Array }[] = [];
  let bytes = 0;
  for await (const data of contents) {
    blobs.push(data ? { data } : {});
    bytes += data?.length ?? 0;
    if (bytes < pieceBytes && blobs.length < mostDigests) continue;
    yield { blobs };
    blobs = [];
    bytes = 0;
  }
  if (blobs.length > 0) yield { blobs };
}

async function* blobsOf(requests: AsyncIterable<{ readonly blobs: readonly Uint8Array[] }>) {
  for await (const { blobs } of requests) yield blobs;
}

/** The batches of a blob service on the network. */
export function bindBlobBatchService(blobs: BlobService): ServiceBinding {
  return bindService(BlobBatchService, {
    async stat({ digests }, { signal }) {
      return { present: [...(await hasBlobs(blobs, digestsOf(digests), { signal }))] };
    },
    read: ({ digests }, { signal }) => packBlobs(readBlobs(blobs, digestsOf(digests), { signal })),
    async *put(requests, { signal }) {
      for await (const digests of putBlobs(blobs, blobsOf(requests), { signal }))
        yield { digests: digests.map((digest) => digest.toBytes()) };
    },
  });
}
