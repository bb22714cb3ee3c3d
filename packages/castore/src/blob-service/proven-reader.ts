import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { Outboard } from "../verified/outboard.ts";
import { createVerifiedReader } from "../verified/verified-reader.ts";
import { resolveRange } from "./blob-range.ts";
import type { BlobReader } from "./blob-service.ts";

export interface UnprovenBlob {
  readonly digest: B3Digest;
  /** Proves a read from beginning to end, and of a part only that each chunk is the one that a list names. */
  readonly reader: BlobReader;
  /** What proves parts; asked for with the first of them. `undefined` if the blob is gone. */
  outboard(options?: CallOptions): Promise<Uint8Array | undefined>;
}

/** A reader that hands out no byte of a part that isn't proven from the digest alone: the list of chunks may be wrong. */
export function createProvenReader({ digest, reader, outboard }: UnprovenBlob): BlobReader {
  const { sizeBytes } = reader;
  let proven: Promise<BlobReader> | undefined;

  async function prove(options?: CallOptions): Promise<BlobReader> {
    const encoded = await outboard(options);
    if (!encoded) throw new ServiceError("data-loss", `Cannot read blob ${digest}: nothing proves parts of it`);
    const proof = Outboard.parse(digest, encoded);
    if (proof.sizeBytes !== sizeBytes)
      throw new ServiceError(
        "data-loss",
        `Cannot read blob ${digest}: its chunks have ${sizeBytes} bytes, not ${proof.sizeBytes}`,
      );
    return createVerifiedReader({
      outboard: proof,
      fetch: ({ start, end }, inner) => reader.read({ offset: start, length: end - start }, inner),
    });
  }

  return {
    sizeBytes,
    async *read(range, options) {
      const { start, end } = resolveRange(digest, sizeBytes, range);
      if (start === 0 && end === sizeBytes) return yield* reader.read(range, options);
      options?.signal?.throwIfAborted();
      if (start === end) return;
      if (!proven) {
        const proving = prove(options);
        proven = proving;
        proving.catch(() => {
          if (proven === proving) proven = undefined;
        });
      }
      yield* (await proven).read(range, options);
    },
  };
}
