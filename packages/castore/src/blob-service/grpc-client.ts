import { BlobService as BlobServiceDescriptor } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { type CallOptions, type Channel, createClient, type GrpcClient, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { createB3Hasher, emptyB3Digest, hashB3 } from "../b3-hasher.ts";
import { createBlobBatchClient } from "./blob-batch-grpc-client.ts";
import { resolveRange } from "./blob-range.ts";
import type { BlobReader, BlobService, ChunkMeta } from "./blob-service.ts";
import { createBytesReader } from "./bytes-reader.ts";
import { chunkListFromMessage } from "./chunk-list-message.ts";
import { createChunkedReader } from "./chunked-reader.ts";
import { RemoteBlobWriter } from "./remote-blob-writer.ts";

type Client = GrpcClient<typeof BlobServiceDescriptor>;

/** Blobs up to this size are fetched whole when they are opened. No smaller than the largest usual chunk. */
const wholeBytes = 1024 * 1024;
/** A remote that lists larger chunks is not believed: a reader holds several in memory. */
const largestChunkBytes = 16 * 1024 * 1024;

function lying(digest: B3Digest): ServiceError {
  return new ServiceError("data-loss", `Cannot read blob ${digest}: the server sends other bytes than that digest's`);
}

async function ifFound<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (ServiceError.is(error, "not-found")) return undefined;
    throw error;
  }
}

/** Reads by digest, of blobs and chunks alike. */
class RemoteBytes {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async *stream(digest: B3Digest, options?: CallOptions): AsyncGenerator<Uint8Array> {
    for await (const { data } of this.#client.read({ digest: digest.toBytes() }, options))
      if (data.length > 0) yield data;
  }

  /** All bytes, verified; `undefined` if the digest is unknown, "longer" if there are more than `limitBytes`. */
  async whole(digest: B3Digest, limitBytes: number, options?: CallOptions): Promise<Uint8Array | "longer" | undefined> {
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    try {
      for await (const piece of this.stream(digest, options)) {
        sizeBytes += piece.length;
        if (sizeBytes > limitBytes) return "longer";
        pieces.push(piece);
      }
    } catch (error) {
      if (ServiceError.is(error, "not-found") && sizeBytes === 0) return undefined;
      throw error;
    }
    const [first = new Uint8Array()] = pieces;
    const bytes = pieces.length > 1 ? new Uint8Array(Buffer.concat(pieces)) : first;
    if (!hashB3(bytes).equals(digest)) throw lying(digest);
    return bytes;
  }

  async chunk({ digest, sizeBytes }: ChunkMeta, options: CallOptions): Promise<Uint8Array | undefined> {
    const bytes = await this.whole(digest, sizeBytes, options);
    if (bytes === "longer") throw lying(digest);
    return bytes;
  }

  /** The blob in one stream, cut and verified by its list of chunks. */
  async *inChunks(digest: B3Digest, chunks: readonly ChunkMeta[], options: CallOptions): AsyncGenerator<Uint8Array> {
    let index = 0;
    let filled = 0;
    let chunk = new Uint8Array(chunks[0]?.sizeBytes ?? 0);
    for await (const piece of this.stream(digest, options)) {
      for (let offset = 0; offset < piece.length; ) {
        const meta = chunks[index];
        if (!meta) throw lying(digest);
        const part = piece.subarray(offset, offset + meta.sizeBytes - filled);
        chunk.set(part, filled);
        filled += part.length;
        offset += part.length;
        if (filled < meta.sizeBytes) continue;
        if (!hashB3(chunk).equals(meta.digest)) throw lying(digest);
        yield chunk;
        index += 1;
        filled = 0;
        chunk = new Uint8Array(chunks[index]?.sizeBytes ?? 0);
      }
    }
    if (index < chunks.length) throw lying(digest);
  }
}

/**
 * A reader of a large blob of which no chunks are known. Its size is found by reading it once; each read starts at its
 * beginning, and one that goes to its end is verified before the last piece is handed out.
 */
async function createPlainReader(remote: RemoteBytes, digest: B3Digest, options?: CallOptions): Promise<BlobReader> {
  let sizeBytes = 0;
  {
    using hasher = createB3Hasher();
    for await (const piece of remote.stream(digest, options)) {
      hasher.update(piece);
      sizeBytes += piece.length;
    }
    if (!hasher.digest().equals(digest)) throw lying(digest);
  }
  return {
    sizeBytes,
    async *read(range, readOptions) {
      const { start, end } = resolveRange(digest, sizeBytes, range);
      using hasher = createB3Hasher();
      let at = 0;
      for await (const piece of remote.stream(digest, readOptions)) {
        hasher.update(piece);
        const part = piece.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
        at += piece.length;
        if (at > sizeBytes || (at === sizeBytes && !hasher.digest().equals(digest))) throw lying(digest);
        if (part.length > 0) yield part;
        if (at >= end && end < sizeBytes) return;
      }
      if (at < sizeBytes) throw lying(digest);
    },
  };
}

/** The blobs of a remote daemon, Tvix's, Snix's or ours. What it sends is verified: a wrong byte is `data-loss`. */
export function createBlobServiceClient(channel: Channel): BlobService {
  const client = createClient(BlobServiceDescriptor, channel);
  const remote = new RemoteBytes(client);

  async function chunks(digest: B3Digest, options?: CallOptions): Promise<readonly ChunkMeta[] | undefined> {
    if (digest.equals(emptyB3Digest)) return [];
    const response = await ifFound(client.stat({ digest: digest.toBytes(), sendChunks: true }, options));
    if (!response) return undefined;
    const list = chunkListFromMessage(digest, response);
    if (list.some((chunk) => chunk.sizeBytes > largestChunkBytes))
      throw new ServiceError("data-loss", `Cannot read blob ${digest}: the server lists a chunk of more than 16 MiB`);
    return list;
  }

  function chunkedReader(digest: B3Digest, list: readonly ChunkMeta[]): BlobReader {
    const metaOf = new Map(list.map((chunk) => [chunk.digest.hex, chunk]));
    return createChunkedReader({
      digest,
      chunks: list,
      fetchChunk: (part, options) => remote.chunk(metaOf.get(part.hex) as ChunkMeta, options),
      fetchAll: (options) => remote.inChunks(digest, list, options),
    });
  }

  const single: BlobService = {
    async has(digest, options) {
      if (digest.equals(emptyB3Digest)) return true;
      return (await ifFound(client.stat({ digest: digest.toBytes() }, options))) !== undefined;
    },
    chunks,
    async openRead(digest, options) {
      if (digest.equals(emptyB3Digest)) return createBytesReader(digest, new Uint8Array());
      if ((options?.expectedSizeBytes ?? Number.POSITIVE_INFINITY) <= wholeBytes) {
        const bytes = await remote.whole(digest, wholeBytes, options);
        if (bytes !== "longer") return bytes && createBytesReader(digest, bytes);
      }
      const list = await chunks(digest, options);
      if (!list) return undefined;
      if (list.length > 0) return chunkedReader(digest, list);
      const bytes = await remote.whole(digest, wholeBytes, options);
      return bytes === "longer"
        ? createPlainReader(remote, digest, options)
        : bytes && createBytesReader(digest, bytes);
    },
    async openWrite(options) {
      return new RemoteBlobWriter(client.put, options);
    },
  };
  return { ...single, ...createBlobBatchClient(channel, single) };
}
