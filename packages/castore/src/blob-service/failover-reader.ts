import { type Report, reportFailure, requireWorthAskingAnother, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { createB3Hasher, emptyB3Digest } from "../b3-hasher.ts";
import { resolveRange } from "./blob-range.ts";
import type { BlobReader } from "./blob-service.ts";

export interface FailoverOptions {
  readonly digest: B3Digest;
  readonly reader: BlobReader;
  /** Other readers of the same blob, each opened when those before it have failed. */
  elsewhere(failure: unknown, signal?: AbortSignal): AsyncIterable<BlobReader>;
  readonly report: Report;
}

function unusable(digest: B3Digest, reason: string): ServiceError {
  return new ServiceError("data-loss", `Cannot read blob ${digest}: ${reason}`);
}

/** Fails where there are more pieces, or fewer, than there should be. */
async function* exactly(
  digest: B3Digest,
  lengthBytes: number,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let missingBytes = lengthBytes;
  for await (const piece of pieces) {
    missingBytes -= piece.length;
    if (missingBytes < 0) throw unusable(digest, "more bytes come than it has");
    yield piece;
  }
  if (missingBytes > 0) throw unusable(digest, `it ends ${missingBytes} bytes too soon`);
}

/**
 * A reader that goes on elsewhere where the first one failed or fell short. Another reader first has to repeat what
 * was handed out: if that differs, one of the two was wrong, and nothing more of it is handed out.
 */
export function createFailoverReader({ digest, reader, elsewhere, report }: FailoverOptions): BlobReader {
  return {
    sizeBytes: reader.sizeBytes,
    async *read(range, options) {
      const { start, end } = resolveRange(digest, reader.sizeBytes, range);
      const wanted = { offset: start, length: end - start };
      let handedOut = { sizeBytes: 0, digest: emptyB3Digest };
      let others: AsyncIterator<BlobReader> | undefined;
      for (let current = reader; ; ) {
        using whole = createB3Hasher();
        using repetition = createB3Hasher();
        let atBytes = 0;
        try {
          for await (const piece of exactly(digest, wanted.length, current.read(wanted, options))) {
            const repeated = piece.subarray(0, Math.max(handedOut.sizeBytes - atBytes, 0));
            atBytes += piece.length;
            whole.update(piece);
            if (repeated.length > 0) {
              repetition.update(repeated);
              if (atBytes >= handedOut.sizeBytes && !repetition.digest().equals(handedOut.digest))
                throw unusable(digest, "two places have other bytes for it");
            }
            if (repeated.length < piece.length) yield piece.subarray(repeated.length);
          }
          return;
        } catch (error) {
          requireWorthAskingAnother(error, options?.signal);
          if (atBytes > handedOut.sizeBytes) handedOut = { sizeBytes: atBytes, digest: whole.digest() };
          others ??= elsewhere(error, options?.signal)[Symbol.asyncIterator]();
          const next = await others.next().catch(() => undefined);
          if (!next || next.done) throw error;
          reportFailure(report, "reading it elsewhere", error);
          current = next.value;
        }
      }
    },
  };
}
