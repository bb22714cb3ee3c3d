import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { createB3Hasher } from "../b3-hasher.ts";
import { mapInOrder } from "../map-in-order.ts";
import { resolveRange, type Span } from "./blob-range.ts";
import type { BlobReader, ChunkMeta } from "./blob-service.ts";

/** How many chunks are fetched at once; with those that wait, all that a reader holds in memory. */
const parallelChunks = 4;

export interface ChunkedBlob {
  readonly digest: B3Digest;
  readonly chunks: readonly ChunkMeta[];
  /** A chunk's bytes, verified. `undefined` if there is no such chunk. */
  fetchChunk(digest: B3Digest, options: CallOptions): Promise<Uint8Array | undefined>;
}

interface Piece extends Span {
  readonly chunk: ChunkMeta;
}

/** The chunks that overlap `span`, each with the part of it that does. */
function* piecesOf(chunks: readonly ChunkMeta[], span: Span): Generator<Piece> {
  let offset = 0;
  for (const chunk of chunks) {
    const start = Math.max(span.start - offset, 0);
    const end = Math.min(span.end - offset, chunk.sizeBytes);
    if (start < end) yield { chunk, start, end };
    offset += chunk.sizeBytes;
    if (offset >= span.end) return;
  }
}

/** A reader that fetches the chunks that it needs, a few ahead, and verifies each; of a whole read also the blob. */
export function createChunkedReader(blob: ChunkedBlob): BlobReader {
  const { digest, chunks } = blob;
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
  const damaged = (reason: string): ServiceError =>
    new ServiceError("data-loss", `Cannot read blob ${digest}: ${reason}`);

  async function fetchPiece({ chunk, start, end }: Piece, signal: AbortSignal): Promise<Uint8Array> {
    const bytes = await blob.fetchChunk(chunk.digest, { signal });
    if (!bytes) throw damaged(`its chunk ${chunk.digest} is missing`);
    if (bytes.length !== chunk.sizeBytes)
      throw damaged(`its chunk ${chunk.digest} has ${bytes.length} bytes, not ${chunk.sizeBytes}`);
    return bytes.subarray(start, end);
  }

  async function* verifyWhole(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    using hasher = createB3Hasher();
    let missingBytes = sizeBytes;
    for await (const piece of pieces) {
      hasher.update(piece);
      missingBytes -= piece.length;
      if (missingBytes === 0 && !hasher.digest().equals(digest))
        throw damaged("its chunks are not those of that digest");
      yield piece;
    }
  }

  return {
    sizeBytes,
    async *read(range, options) {
      const span = resolveRange(digest, sizeBytes, range);
      const isWhole = span.start === 0 && span.end === sizeBytes;
      const pieces = mapInOrder(piecesOf(chunks, span), parallelChunks, fetchPiece, options?.signal);
      yield* isWhole ? verifyWhole(pieces) : pieces;
    },
  };
}
