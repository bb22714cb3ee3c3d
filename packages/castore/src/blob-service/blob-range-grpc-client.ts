import { BlobRangeService } from "@tvix-mesh/proto/mesh/castore/v1/blob_range";
import { type CallOptions, type Channel, createClient, isUnimplemented, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { mapInOrder } from "../map-in-order.ts";
import { OutboardSlice } from "../verified/outboard-slice.ts";
import { resolveRange, type Span } from "./blob-range.ts";
import type { BlobReader } from "./blob-service.ts";
import { lying } from "./remote-bytes.ts";

/** How much is asked for in one call, and held until all of it is proven. */
const spanBytes = 2 * 1024 * 1024;
/** How many calls are under way for one reader. */
const parallelCalls = 2;
/** A server may have to read a large blob to make its outboard. */
const openTimeoutMs = 600_000;

interface ProvenPart {
  readonly slice: OutboardSlice;
  /** What the blob has in `slice.span`. */
  readonly bytes: Uint8Array;
}

/** Parts of the blobs of a remote daemon, each fetched with its own proof. */
export interface BlobRanges {
  /**
   * A reader of that blob or chunk; "unknown" if there is neither. `undefined` if the daemon has no such calls, as Tvix's
   * and Snix's.
   */
  open(digest: B3Digest, options?: CallOptions): Promise<BlobReader | "unknown" | undefined>;
}

function* spansOf({ start, end }: Span): Generator<Span> {
  for (let at = start; at < end; at += spanBytes) yield { start: at, end: Math.min(at + spanBytes, end) };
}

export function createBlobRangeClient(channel: Channel): BlobRanges {
  const client = createClient(BlobRangeService, channel);
  let isOffered = true;

  async function fetchPart(digest: B3Digest, span: Span, options?: CallOptions): Promise<ProvenPart> {
    const request = { digest: digest.toBytes(), offset: BigInt(span.start), length: BigInt(span.end - span.start) };
    let slice: OutboardSlice | undefined;
    let bytes = new Uint8Array();
    let filled = 0;
    for await (const { proof, data } of client.readRange(request, { ...options, timeoutMs: openTimeoutMs })) {
      if (!slice) {
        slice = OutboardSlice.parse(digest, proof, span);
        bytes = new Uint8Array(slice.span.end - slice.span.start);
      }
      if (filled + data.length > bytes.length) throw lying(digest);
      bytes.set(data, filled);
      filled += data.length;
    }
    if (!slice || filled < bytes.length) throw lying(digest);
    slice.check(bytes);
    return { slice, bytes };
  }

  async function openProven(digest: B3Digest, options?: CallOptions): Promise<BlobReader> {
    // The last group, which proves the size.
    const beyond = Number.MAX_SAFE_INTEGER;
    const { slice, bytes: lastGroup } = await fetchPart(digest, { start: beyond, end: beyond }, options);
    const { sizeBytes, groupBytes } = slice;
    const lastStart = sizeBytes - lastGroup.length;

    async function fetchSpan(span: Span, signal: AbortSignal): Promise<Uint8Array> {
      if (span.start >= lastStart) return lastGroup.subarray(span.start - lastStart, span.end - lastStart);
      const part = await fetchPart(digest, span, { signal });
      if (part.slice.sizeBytes !== sizeBytes || part.slice.groupBytes !== groupBytes) throw lying(digest);
      return part.bytes.subarray(span.start - part.slice.span.start, span.end - part.slice.span.start);
    }

    return {
      sizeBytes,
      async *read(range, inner) {
        const span = resolveRange(digest, sizeBytes, range);
        yield* mapInOrder(spansOf(span), parallelCalls, fetchSpan, inner?.signal);
      },
    };
  }

  return {
    async open(digest, options) {
      if (!isOffered) return undefined;
      try {
        return await openProven(digest, options);
      } catch (error) {
        if (ServiceError.is(error, "not-found")) return "unknown";
        if (!isUnimplemented(error)) throw error;
        isOffered = false;
        return undefined;
      }
    },
  };
}
