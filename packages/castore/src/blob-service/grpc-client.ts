import { BlobService as BlobServiceDescriptor } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { type CallOptions, type Channel, createClient, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest } from "../b3-hasher.ts";
import { Outboard } from "../verified/outboard.ts";
import { createBlobBatchClient } from "./blob-batch-grpc-client.ts";
import { resolveRange } from "./blob-range.ts";
import { createBlobRangeClient } from "./blob-range-grpc-client.ts";
import type { BlobReader, BlobService } from "./blob-service.ts";
import { createBytesReader } from "./bytes-reader.ts";
import { chunkListFromMessage } from "./chunk-list-message.ts";
import { RemoteBlobWriter } from "./remote-blob-writer.ts";
import { lying, RemoteBytes } from "./remote-bytes.ts";
import { openRemoteReader, type RemoteBlob } from "./remote-reader.ts";

/** What a server is asked to tell. */
interface Wants {
  readonly sendChunks?: boolean;
  readonly sendBao?: boolean;
}

/** Blobs up to this size are fetched whole when they are opened. No smaller than the largest usual chunk. */
const wholeBytes = 1024 * 1024;
/** A server may have to read a large blob to make its outboard. */
const describeTimeoutMs = 600_000;
/** A remote that lists larger chunks is not believed: a reader holds several in memory. */
const largestChunkBytes = 16 * 1024 * 1024;

async function ifFound<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (ServiceError.is(error, "not-found")) return undefined;
    throw error;
  }
}

/** The blobs of a remote daemon, Tvix's, Snix's or ours. What it sends is verified: a wrong byte is `data-loss`. */
export function createBlobServiceClient(channel: Channel): BlobService {
  const client = createClient(BlobServiceDescriptor, channel);
  const remote = new RemoteBytes(client);
  const ranges = createBlobRangeClient(channel);

  /** What the server says of the blob, its outboard proven. `undefined` if it isn't there. */
  async function describe(digest: B3Digest, wants: Wants, options?: CallOptions): Promise<RemoteBlob | undefined> {
    const request = { digest: digest.toBytes(), ...wants };
    const response = await ifFound(client.stat(request, { ...options, timeoutMs: describeTimeoutMs }));
    if (!response) return undefined;
    const chunks = chunkListFromMessage(digest, response);
    if (chunks.some((chunk) => chunk.sizeBytes > largestChunkBytes))
      throw new ServiceError("data-loss", `Cannot read blob ${digest}: the server lists a chunk of more than 16 MiB`);
    return { digest, chunks, outboard: response.bao.length > 0 ? Outboard.parse(digest, response.bao) : undefined };
  }

  async function outboard(digest: B3Digest, options?: CallOptions): Promise<Uint8Array | undefined> {
    const response = await ifFound(
      client.stat({ digest: digest.toBytes(), sendBao: true }, { ...options, timeoutMs: describeTimeoutMs }),
    );
    if (!response || response.bao.length === 0) return undefined;
    Outboard.parse(digest, response.bao);
    return response.bao;
  }

  /** A reader by what the server tells of the blob: its chunks and its outboard, as far as it has them. */
  async function openDescribed(digest: B3Digest, options?: CallOptions): Promise<BlobReader | undefined> {
    const blob = await describe(digest, { sendChunks: true, sendBao: true }, options);
    if (!blob) return undefined;
    if (blob.chunks.length === 0) {
      const bytes = await remote.whole(digest, wholeBytes, options);
      if (bytes !== "longer") return bytes && createBytesReader(digest, bytes);
    }
    return openRemoteReader(remote, blob, options);
  }

  /** A reader that fetches parts with their own proofs, and the whole blob in one stream. */
  function openRanged(digest: B3Digest, ranged: BlobReader): BlobReader {
    const { sizeBytes } = ranged;
    return {
      sizeBytes,
      async *read(range, options) {
        const { start, end } = resolveRange(digest, sizeBytes, range);
        if (end - start < sizeBytes) return yield* ranged.read(range, options);
        const whole = await openDescribed(digest, options);
        if (whole?.sizeBytes !== sizeBytes) throw lying(digest);
        yield* whole.read(range, options);
      },
    };
  }

  const single: BlobService = {
    async has(digest, options) {
      if (digest.equals(emptyB3Digest)) return true;
      return (await ifFound(client.stat({ digest: digest.toBytes() }, options))) !== undefined;
    },
    async chunks(digest, options) {
      if (digest.equals(emptyB3Digest)) return [];
      return (await describe(digest, { sendChunks: true }, options))?.chunks;
    },
    outboard,
    async openRead(digest, options) {
      if (digest.equals(emptyB3Digest)) return createBytesReader(digest, new Uint8Array());
      if ((options?.expectedSizeBytes ?? Number.POSITIVE_INFINITY) <= wholeBytes) {
        const bytes = await remote.whole(digest, wholeBytes, options);
        if (bytes !== "longer") return bytes && createBytesReader(digest, bytes);
      }
      const ranged = await ranges.open(digest, options);
      if (ranged === "unknown") return undefined;
      return ranged && ranged.sizeBytes > wholeBytes ? openRanged(digest, ranged) : openDescribed(digest, options);
    },
    async openWrite(options) {
      return new RemoteBlobWriter(client.put, options);
    },
  };
  return { ...single, ...createBlobBatchClient(channel, single) };
}
