import { BlobRangeService } from "@tvix-mesh/proto/mesh/castore/v1/blob_range";
import { bindService, type CallOptions, pieceBytes, type ServiceBinding, ServiceError } from "@tvix-mesh/service";
import { LRUCache } from "lru-cache";
import { B3Digest } from "../b3-digest.ts";
import { outboardShape } from "../verified/outboard.ts";
import { outboardOf } from "../verified/outboard-of.ts";
import { alignSpan, type OutboardPairs, sliceOutboard } from "../verified/outboard-slice.ts";
import type { Span } from "./blob-range.ts";
import type { BlobReader, BlobService } from "./blob-service.ts";

/** What outboards may take that are kept for the next range of the same blob. One of a blob of 10 GB has 40 MB. */
const keptOutboardsBytes = 64 * 1024 * 1024;

interface OpenBlob {
  readonly reader: BlobReader;
  readonly outboard: OutboardPairs;
}

function toNumber(value: bigint): number {
  return Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : value);
}

async function openBlob(blobs: BlobService, digest: B3Digest, options: CallOptions): Promise<OpenBlob> {
  const reader = await blobs.openRead(digest, options);
  const encoded = reader && (await outboardOf(blobs, digest, options));
  if (!reader || !encoded) throw new ServiceError("not-found", `Cannot read blob ${digest}: no such blob`);
  const outboard = outboardShape(encoded);
  if (outboard?.sizeBytes !== reader.sizeBytes)
    throw new ServiceError("data-loss", `Cannot read blob ${digest}: what proves it is of another size`);
  return { reader, outboard };
}

async function* cut(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<{ readonly data: Uint8Array }> {
  for await (const piece of pieces)
    for (let offset = 0; offset < piece.length; offset += pieceBytes)
      yield { data: piece.subarray(offset, offset + pieceBytes) };
}

/** Parts of blobs on the network, with their proofs. */
export function bindBlobRangeService(blobs: BlobService): ServiceBinding {
  const open = new LRUCache<string, OpenBlob>({
    maxSize: keptOutboardsBytes,
    sizeCalculation: ({ outboard }) => outboard.pairs.length + 1024,
  });
  return bindService(BlobRangeService, {
    async *readRange(request, { signal }) {
      const digest = B3Digest.fromBytes(request.digest);
      try {
        let blob = open.get(digest.hex);
        if (!blob) {
          blob = await openBlob(blobs, digest, { signal });
          open.set(digest.hex, blob);
        }
        const { reader, outboard } = blob;
        const offset = toNumber(request.offset);
        const wanted: Span = { start: offset, end: toNumber(BigInt(offset) + request.length) };
        yield { proof: sliceOutboard(outboard, wanted) };
        const { start, end } = alignSpan(wanted, outboard.sizeBytes, outboard.groupBytes);
        yield* cut(reader.read({ offset: start, length: end - start }, { signal }));
      } catch (error) {
        open.delete(digest.hex);
        throw error;
      }
    },
  });
}
