import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { mapInOrder, mapStreamInOrder } from "../map-in-order.ts";
import type { BlobBatches, BlobService } from "./blob-service.ts";

/** Longer blobs are read by themselves, in pieces. */
export const largestBatchedBytes = 1024 * 1024;
/** How many single calls stand for a batch at once. */
const parallelBlobs = 64;
/** How many batches of a `putMany` are under way at once. */
export const parallelBatches = 4;

/** What `readMany` says of a blob that is longer than 1 MiB. */
export function tooLongForBatch(digest: B3Digest): ServiceError {
  return new ServiceError("out-of-range", `Cannot read blob ${digest} among others: it is longer than 1 MiB`);
}

/** A blob of up to 1 MiB; `undefined` if it isn't there, `out-of-range` if it is longer. */
export async function readSmallBlob(
  blobs: Pick<BlobService, "openRead">,
  digest: B3Digest,
  options: CallOptions,
): Promise<Uint8Array | undefined> {
  const reader = await blobs.openRead(digest, { ...options, expectedSizeBytes: largestBatchedBytes });
  if (!reader) return undefined;
  if (reader.sizeBytes > largestBatchedBytes) throw tooLongForBatch(digest);
  const pieces = await Array.fromAsync(reader.read(undefined, options));
  const [first] = pieces;
  return first && pieces.length === 1 ? first : new Uint8Array(Buffer.concat(pieces));
}

async function putOne(blobs: BlobService, bytes: Uint8Array, options: CallOptions): Promise<B3Digest> {
  await using writer = await blobs.openWrite(options);
  await writer.write(bytes);
  return writer.close();
}

/** Batches of a service that has none of its own: single calls, many at once. */
export function createSingleCallBatches(blobs: BlobService): BlobBatches {
  const each = <Item, Result>(
    items: Iterable<Item>,
    work: (item: Item, options: CallOptions) => Promise<Result>,
    options?: CallOptions,
  ): AsyncGenerator<Result> =>
    mapInOrder(items, parallelBlobs, (item, signal) => work(item, { signal }), options?.signal);
  return {
    hasMany: (digests, options) => Array.fromAsync(each(digests, (digest, inner) => blobs.has(digest, inner), options)),
    readMany: (digests, options) => each(digests, (digest, inner) => readSmallBlob(blobs, digest, inner), options),
    putMany: (batches, options) =>
      mapStreamInOrder(
        batches,
        1,
        (batch, signal) => Array.fromAsync(each(batch, (bytes, inner) => putOne(blobs, bytes, inner), { signal })),
        options?.signal,
      ),
  };
}

/** Whether each blob is there, in the order of `digests`; in few calls where the service can. */
export function hasBlobs(
  blobs: BlobService,
  digests: readonly B3Digest[],
  options?: CallOptions,
): Promise<readonly boolean[]> {
  return blobs.hasMany?.(digests, options) ?? createSingleCallBatches(blobs).hasMany(digests, options);
}

/** Small blobs, in the order of `digests`; in few calls where the service can. As `BlobBatches.readMany`. */
export function readBlobs(
  blobs: BlobService,
  digests: readonly B3Digest[],
  options?: CallOptions,
): AsyncIterable<Uint8Array | undefined> {
  return blobs.readMany?.(digests, options) ?? createSingleCallBatches(blobs).readMany(digests, options);
}

/** Stores small blobs; in few calls where the service can. As `BlobBatches.putMany`. */
export function putBlobs(
  blobs: BlobService,
  batches: AsyncIterable<readonly Uint8Array[]>,
  options?: CallOptions,
): AsyncIterable<readonly B3Digest[]> {
  return blobs.putMany?.(batches, options) ?? createSingleCallBatches(blobs).putMany(batches, options);
}
