import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { Outboard } from "../verified/outboard.ts";
import { OutboardBuilder } from "../verified/outboard-builder.ts";
import { createVerifiedReader } from "../verified/verified-reader.ts";
import { resolveRange, type Span } from "./blob-range.ts";
import type { BlobReader, ChunkMeta } from "./blob-service.ts";
import { createChunkedReader } from "./chunked-reader.ts";
import { lying, type RemoteBytes } from "./remote-bytes.ts";

/** What a server told of a blob that is too large to be fetched at once. */
export interface RemoteBlob {
  readonly digest: B3Digest;
  /** Empty if the server knows none. */
  readonly chunks: readonly ChunkMeta[];
  /** `undefined` if the server has none, as Tvix's and Snix's have none. */
  readonly outboard: Outboard | undefined;
}

/**
 * A reader that proves every byte from the digest alone before it hands it out. A server without outboards is read to
 * the end once before a part of the blob is handed out; of all of it in chunks, each piece is known to be of its chunk,
 * and the last piece is handed out only if the chunks are the blob's.
 */
export async function openRemoteReader(
  remote: RemoteBytes,
  { digest, chunks, outboard }: RemoteBlob,
  options?: CallOptions,
): Promise<BlobReader> {
  const metaOf = new Map(chunks.map((chunk) => [chunk.digest.hex, chunk]));
  const inChunks = createChunkedReader({
    digest,
    chunks,
    fetchChunk: (chunk, inner) => remote.chunk(metaOf.get(chunk.hex) as ChunkMeta, inner),
  });

  function open(proof: Outboard): BlobReader {
    const { sizeBytes } = proof;
    if (chunks.length > 0 && inChunks.sizeBytes !== sizeBytes) throw lying(digest);
    return createVerifiedReader({
      outboard: proof,
      fetch({ start, end }: Span, inner) {
        if (chunks.length === 0 || (start === 0 && end === sizeBytes))
          // To the end, so that what comes too much is noticed.
          return remote.part(digest, { start, end: end === sizeBytes ? Number.POSITIVE_INFINITY : end }, inner);
        return inChunks.read({ offset: start, length: end - start }, inner);
      },
    });
  }

  if (outboard) return open(outboard);
  if (chunks.length === 0) return open(await buildFrom(remote, digest, options));
  let proven: Promise<BlobReader> | undefined;
  return {
    sizeBytes: inChunks.sizeBytes,
    async *read(range, inner) {
      const { start, end } = resolveRange(digest, inChunks.sizeBytes, range);
      if (start === 0 && end === inChunks.sizeBytes) return yield* inChunks.read(range, inner);
      proven ??= buildFrom(remote, digest, inner).then(open);
      proven.catch(() => {
        proven = undefined;
      });
      yield* (await proven).read(range, inner);
    },
  };
}

async function buildFrom(remote: RemoteBytes, digest: B3Digest, options?: CallOptions): Promise<Outboard> {
  const builder = new OutboardBuilder();
  for await (const piece of remote.stream(digest, options)) builder.update(piece);
  const built = builder.finish();
  if (!built.digest.equals(digest)) throw lying(digest);
  return Outboard.parse(digest, built.encoded);
}
