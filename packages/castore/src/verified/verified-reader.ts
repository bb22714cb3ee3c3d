import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { resolveRange, type Span } from "../blob-service/blob-range.ts";
import type { BlobReader } from "../blob-service/blob-service.ts";
import type { Outboard } from "./outboard.ts";

/** Groups of what is fetched are put together up to this size before they are handed out. */
const handedOutBytes = 256 * 1024;

export interface UnverifiedBlob {
  readonly outboard: Outboard;
  /** The blob's bytes from `start` up to `end`, in pieces of any length, right or wrong. */
  fetch(span: Span, options: CallOptions): AsyncIterable<Uint8Array>;
}

/** A reader that hands out no byte before its group is proven. Its size is proven before anything else. */
export function createVerifiedReader({ outboard, fetch }: UnverifiedBlob): BlobReader {
  const { digest, sizeBytes, groupBytes } = outboard;
  let isSizeProven = false;

  /** Proven bytes of whole groups, the first of which begins at `span.start`. */
  async function* verify(span: Span, options: CallOptions): AsyncGenerator<Uint8Array> {
    const stepBytes = Math.max(groupBytes, handedOutBytes);
    let offset = span.start;
    let step = new Uint8Array(Math.min(stepBytes, span.end - offset));
    let filled = 0;
    for await (const piece of fetch(span, options)) {
      for (let at = 0; at < piece.length; ) {
        const part = piece.subarray(at, at + step.length - filled);
        if (part.length === 0) throw wrongLength();
        step.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < step.length) continue;
        for (let start = 0; start < step.length; start += groupBytes)
          outboard.check(step.subarray(start, start + groupBytes), offset + start);
        yield step;
        offset += step.length;
        step = new Uint8Array(Math.min(stepBytes, span.end - offset));
        filled = 0;
      }
    }
    if (offset < span.end) throw wrongLength();
  }

  const wrongLength = (): ServiceError =>
    new ServiceError("data-loss", `Cannot read blob ${digest}: more or fewer bytes come than it has`);

  /** The last group tells where the blob ends. */
  async function proveSize(options: CallOptions): Promise<void> {
    if (isSizeProven) return;
    const start = Math.max(Math.ceil(sizeBytes / groupBytes) - 1, 0) * groupBytes;
    for await (const _proven of verify({ start, end: sizeBytes }, options));
    isSizeProven = true;
  }

  return {
    sizeBytes,
    async *read(range, options = {}) {
      const { start, end } = resolveRange(digest, sizeBytes, range);
      options.signal?.throwIfAborted();
      if (end < sizeBytes) await proveSize(options);
      const alignedStart = start - (start % groupBytes);
      const alignedEnd = Math.min(Math.ceil(end / groupBytes) * groupBytes, sizeBytes);
      if (start === end) return;
      let offset = alignedStart;
      for await (const proven of verify({ start: alignedStart, end: alignedEnd }, options)) {
        const part = proven.subarray(Math.max(start - offset, 0), end - offset);
        offset += proven.length;
        if (part.length > 0) yield part;
      }
    },
  };
}
