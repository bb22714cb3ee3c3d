import { type CallOptions, type Report, reachQuorum, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { mapStreamInOrder } from "../map-in-order.ts";
import { parallelBatches, putBlobs } from "./blob-batches.ts";
import type { BlobBatches, BlobService } from "./blob-service.ts";

async function* once(batch: readonly Uint8Array[]): AsyncGenerator<readonly Uint8Array[]> {
  yield batch;
}

/** Stores one batch in one part. */
export async function putBatch(
  part: BlobService,
  batch: readonly Uint8Array[],
  options?: CallOptions,
): Promise<readonly B3Digest[]> {
  const [digests] = await Array.fromAsync(putBlobs(part, once(batch), options));
  if (digests?.length === batch.length) return digests;
  throw new ServiceError("data-loss", `Cannot put ${batch.length} blobs: ${digests?.length ?? 0} are answered`);
}

/** Stores batches in all `parts`, of which `quorum` must take each. */
export function createFannedPutMany(
  parts: readonly BlobService[],
  quorum: number,
  report: Report,
): BlobBatches["putMany"] {
  async function put(batch: readonly Uint8Array[], options: CallOptions): Promise<readonly B3Digest[]> {
    const puts = parts.map((part) => putBatch(part, batch, options));
    const [digests = [], ...others] = await reachQuorum("Cannot put blobs", quorum, puts, report, options);
    if (others.some((other) => other.some((digest, index) => !digests[index]?.equals(digest))))
      throw new ServiceError("data-loss", "Cannot put blobs: two parts answer different digests");
    return digests;
  }
  return (batches, options) =>
    mapStreamInOrder(batches, parallelBatches, (batch, signal) => put(batch, { signal }), options?.signal);
}
