import {
  type CallOptions,
  firstAnswer,
  type Report,
  reportFailure,
  ServiceError,
  type Tiers,
} from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { listTogether } from "../list-together.ts";
import { outboardOf } from "../verified/outboard-of.ts";
import { resolveRange } from "./blob-range.ts";
import type { BlobReader, BlobService, BlobWriter, OpenReadOptions } from "./blob-service.ts";
import { createBytesReader } from "./bytes-reader.ts";
import { createChunkedReader } from "./chunked-reader.ts";
import { createFailoverReader } from "./failover-reader.ts";
import { openFannedWriter } from "./fanned-blob-writer.ts";
import { healBlob } from "./heal-blob.ts";
import { createProvenReader } from "./proven-reader.ts";
import { createTieredBlobBatches } from "./tiered-blob-batches.ts";

/** Blobs up to this size are read from afar as a whole, once, and then handed out. */
const wholeBytes = 1024 * 1024;

type Reads = Pick<BlobService, "has" | "chunks" | "openRead" | "outboard" | "hasMany" | "readMany" | "list">;

interface Found {
  readonly part: BlobService;
  readonly reader: BlobReader;
  /** Earlier parts to store it in: those where it is damaged and, where that is wanted, those that don't have it. */
  readonly lacking: readonly BlobService[];
}

/** How several services are read as one. A failed or damaged part is got over where another one has the blob. */
export function createTieredBlobReads(tiers: Tiers<BlobService>): Reads {
  const { parts, fill, absences, report, isConclusive } = tiers;
  const last = parts.at(-1);
  const isKnownAbsent = (part: BlobService, digest: B3Digest): boolean =>
    part === last && (absences?.has(digest.hex) ?? false);

  /** Asks the parts in order; remembers that none has it. */
  async function ask<Answer>(
    digest: B3Digest,
    question: (part: BlobService) => Promise<Answer | undefined>,
    options?: CallOptions,
  ): Promise<Answer | undefined> {
    const asks = parts.map((part) => async () => (isKnownAbsent(part, digest) ? undefined : question(part)));
    const answer = await firstAnswer(asks, report, { ...options, isConclusive });
    if (answer === undefined && !absences?.has(digest.hex)) absences?.add(digest.hex);
    return answer;
  }

  async function find(digest: B3Digest, options?: OpenReadOptions): Promise<Found | undefined> {
    const lacking: BlobService[] = [];
    return ask(
      digest,
      async (part) => {
        let reader: BlobReader | undefined;
        try {
          reader = await part.openRead(digest, options);
        } catch (error) {
          if (ServiceError.is(error, "data-loss")) lacking.push(part);
          throw error;
        }
        if (reader) return { part, reader, lacking: [...lacking] };
        if (fill) lacking.push(part);
        return undefined;
      },
      options,
    );
  }

  /** The blob from the parts other than `failed`: from there once more, if another could heal it, and from those. */
  async function* elsewhere(digest: B3Digest, failed: BlobService, signal?: AbortSignal): AsyncGenerator<BlobReader> {
    const others = parts.filter((part) => part !== failed && !isKnownAbsent(part, digest));
    for (const other of others) {
      if (!(await healBlob(digest, failed, other, { signal }))) continue;
      const healed = await failed.openRead(digest, { signal }).catch(() => undefined);
      if (healed) yield healed;
      break;
    }
    for (const other of others) {
      const reader = await other.openRead(digest, { signal }).catch(() => undefined);
      if (reader) yield reader;
    }
  }

  function guarded(digest: B3Digest, part: BlobService, reader: BlobReader): BlobReader {
    return createFailoverReader({ digest, reader, report, elsewhere: (_, signal) => elsewhere(digest, part, signal) });
  }

  async function readWhole(reader: BlobReader, options?: CallOptions): Promise<Uint8Array> {
    const pieces = await Array.fromAsync(reader.read(undefined, options));
    const [first = new Uint8Array()] = pieces;
    return pieces.length > 1 ? new Uint8Array(Buffer.concat(pieces)) : first;
  }

  /** A reader that fetches the chunks that no nearer part has, and keeps them there. */
  async function byChunks(digest: B3Digest, part: BlobService, options?: CallOptions): Promise<BlobReader | undefined> {
    const chunks = (await part.chunks(digest, options)) ?? [];
    if (chunks.length === 0) return undefined;
    const sizes = new Map(chunks.map((chunk) => [chunk.digest.hex, chunk.sizeBytes]));
    const reader = createChunkedReader({
      digest,
      chunks,
      async fetchChunk(chunk, chunkOptions) {
        const found = await openRead(chunk, { ...chunkOptions, expectedSizeBytes: sizes.get(chunk.hex) });
        return found && readWhole(found, chunkOptions);
      },
    });
    return createProvenReader({ digest, reader, outboard: (inner) => outboardOf(part, digest, inner) });
  }

  async function openFilling(
    { part, reader, lacking }: Found,
    digest: B3Digest,
    options?: CallOptions,
  ): Promise<BlobReader> {
    if (reader.sizeBytes <= wholeBytes) {
      const bytes = await readWhole(guarded(digest, part, reader), options);
      const whole = createBytesReader(digest, bytes);
      await readWhole(createFillingReader(digest, whole, lacking, report), options);
      return whole;
    }
    const chunked = await byChunks(digest, part, options);
    return createFillingReader(digest, guarded(digest, part, chunked ?? reader), lacking, report);
  }

  async function openRead(digest: B3Digest, options?: OpenReadOptions): Promise<BlobReader | undefined> {
    const found = await find(digest, options);
    if (!found) return undefined;
    return found.lacking.length > 0 ? openFilling(found, digest, options) : guarded(digest, found.part, found.reader);
  }

  return {
    ...createTieredBlobBatches(tiers, { openRead }),
    list: listTogether(parts),
    outboard: (digest, options) =>
      firstAnswer(
        parts.map((part) => async () => part.outboard?.(digest, options)),
        report,
        // Who gets none makes it by reading, and then hears what failed.
        { ...options, isConclusive: () => true },
      ),
    has: async (digest, options) =>
      (await ask(digest, async (part) => (await part.has(digest, options)) || undefined, options)) ?? false,
    chunks: (digest, options) => ask(digest, (part) => part.chunks(digest, options), options),
    openRead,
  };
}

/** A reader that stores in `lacking` what is read from beginning to end. That they fail is reported and no more. */
function createFillingReader(
  digest: B3Digest,
  reader: BlobReader,
  lacking: readonly BlobService[],
  report: Report,
): BlobReader {
  return {
    sizeBytes: reader.sizeBytes,
    async *read(range, options) {
      const { start, end } = resolveRange(digest, reader.sizeBytes, range);
      const pieces = reader.read(range, options);
      if (start > 0 || end < reader.sizeBytes) return yield* pieces;
      await using kept = await keepWhatPasses(lacking, report, options);
      for await (const piece of pieces) {
        await kept.write(piece);
        yield piece;
      }
      await kept.close();
    },
  };
}

/** A writer to those `parts` that can be written to. It never fails; without `close` it discards. */
async function keepWhatPasses(
  parts: readonly BlobService[],
  report: Report,
  options?: CallOptions,
): Promise<{ write(piece: Uint8Array): Promise<void>; close(): Promise<void> } & AsyncDisposable> {
  let writer: BlobWriter | undefined;
  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      options?.signal?.throwIfAborted();
      reportFailure(report, "the blob isn't kept nearby", error);
      await writer?.[Symbol.asyncDispose]();
      writer = undefined;
    }
  }
  await attempt(async () => {
    writer = await openFannedWriter(parts, { isEnough: (taken) => taken.length > 0, report }, options);
  });
  return {
    write: (piece) => attempt(async () => writer?.write(piece)),
    close: () => attempt(async () => writer?.close()),
    [Symbol.asyncDispose]: async () => writer?.[Symbol.asyncDispose](),
  };
}
