import type { BlobService as BlobServiceDescriptor } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { type CallOptions, type GrpcClient, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import type { Span } from "./blob-range.ts";
import type { ChunkMeta } from "./blob-service.ts";

/** What a server is told off with that sends what wasn't asked for. */
export function lying(digest: B3Digest): ServiceError {
  return new ServiceError("data-loss", `Cannot read blob ${digest}: the server sends other bytes than that digest's`);
}

/** Reads by digest, of blobs and chunks alike. */
export class RemoteBytes {
  readonly #client: Pick<GrpcClient<typeof BlobServiceDescriptor>, "read">;

  constructor(client: Pick<GrpcClient<typeof BlobServiceDescriptor>, "read">) {
    this.#client = client;
  }

  /** What the server sends, unverified. */
  async *stream(digest: B3Digest, options?: CallOptions): AsyncGenerator<Uint8Array> {
    for await (const { data } of this.#client.read({ digest: digest.toBytes() }, options))
      if (data.length > 0) yield data;
  }

  /** A part of what the server sends, unverified; what is before it is fetched too. */
  async *part(digest: B3Digest, { start, end }: Span, options?: CallOptions): AsyncGenerator<Uint8Array> {
    let at = 0;
    for await (const piece of this.stream(digest, options)) {
      const part = piece.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
      at += piece.length;
      if (part.length > 0) yield part;
      if (at >= end) return;
    }
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
}
