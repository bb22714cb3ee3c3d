import { BlobBatchService } from "@tvix-mesh/proto/mesh/castore/v1/blob_batch";
import { type CallOptions, type Channel, createClient, isUnimplemented, ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import { mapInOrder } from "../map-in-order.ts";
import { createSingleCallBatches, largestBatchedBytes, tooLongForBatch } from "./blob-batches.ts";
import type { BlobBatches, BlobService } from "./blob-service.ts";

/** How many digests one call asks about. */
const digestsPerCall = 4096;
const parallelCalls = 2;

function* sliced<Value>(values: readonly Value[], length: number): Generator<readonly Value[]> {
  for (let start = 0; start < values.length; start += length) yield values.slice(start, start + length);
}

function wrongCount(action: string, count: number, expected: number): ServiceError {
  return new ServiceError("data-loss", `Cannot ${action} ${expected} blobs: the server answers ${count}`);
}

/** The digests of what was sent, if the server has answered just those. */
function confirmed(sent: readonly Uint8Array[], answered: readonly Uint8Array[]): readonly B3Digest[] {
  if (answered.length !== sent.length) throw wrongCount("put", answered.length, sent.length);
  return sent.map((bytes, index) => {
    const digest = hashB3(bytes);
    if (!digest.equals(B3Digest.fromBytes(answered[index] as Uint8Array)))
      throw new ServiceError("data-loss", `Cannot put blob ${digest}: the server answers another digest`);
    return digest;
  });
}

/**
 * The batches of a remote daemon: ours has calls for them. A daemon that has not, Tvix's or Snix's, is asked once and
 * then gets single calls through `single`. What comes is verified.
 */
export function createBlobBatchClient(channel: Channel, single: BlobService): BlobBatches {
  const client = createClient(BlobBatchService, channel);
  const singleCalls = createSingleCallBatches(single);
  let offered: Promise<boolean> | undefined;

  async function ask(): Promise<boolean> {
    try {
      await client.stat({});
      return true;
    } catch (error) {
      if (isUnimplemented(error)) return false;
      offered = undefined;
      throw error;
    }
  }

  const isOffered = (options?: CallOptions): Promise<boolean> => {
    options?.signal?.throwIfAborted();
    offered ??= ask();
    return offered;
  };

  async function statSlice(digests: readonly B3Digest[], options: CallOptions): Promise<readonly boolean[]> {
    const { present } = await client.stat({ digests: digests.map((digest) => digest.toBytes()) }, options);
    if (present.length !== digests.length) throw wrongCount("look for", present.length, digests.length);
    return present;
  }

  async function* readSlice(
    digests: readonly B3Digest[],
    options?: CallOptions,
  ): AsyncGenerator<Uint8Array | undefined> {
    let count = 0;
    for await (const { blobs } of client.read({ digests: digests.map((digest) => digest.toBytes()) }, options)) {
      for (const { data } of blobs) {
        const digest = digests[count];
        if (!digest) throw wrongCount("read", count + 1, digests.length);
        if (data && data.length > largestBatchedBytes) throw tooLongForBatch(digest);
        if (data && !hashB3(data).equals(digest))
          throw new ServiceError("data-loss", `Cannot read blob ${digest}: the server sends other bytes`);
        count += 1;
        yield data;
      }
    }
    if (count < digests.length) throw wrongCount("read", count, digests.length);
  }

  return {
    async hasMany(digests, options) {
      if (!(await isOffered(options))) return singleCalls.hasMany(digests, options);
      const answers = mapInOrder(
        sliced(digests, digestsPerCall),
        parallelCalls,
        (slice, signal) => statSlice(slice, { signal }),
        options?.signal,
      );
      return (await Array.fromAsync(answers)).flat();
    },
    async *readMany(digests, options) {
      if (await isOffered(options))
        for (const slice of sliced(digests, digestsPerCall)) yield* readSlice(slice, options);
      else yield* singleCalls.readMany(digests, options);
    },
    async *putMany(batches, options) {
      if (!(await isOffered(options))) return yield* singleCalls.putMany(batches, options);
      const sent: (readonly Uint8Array[])[] = [];
      async function* requests() {
        for await (const blobs of batches) {
          sent.push(blobs);
          yield { blobs: [...blobs] };
        }
      }
      for await (const { digests } of client.put(requests(), options)) yield confirmed(sent.shift() ?? [], digests);
      if (sent.length > 0)
        throw wrongCount(
          "put",
          0,
          sent.reduce((sum, blobs) => sum + blobs.length, 0),
        );
    },
  };
}
