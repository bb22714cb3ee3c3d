import {
  type CallOptions,
  reportFailure,
  requireWorthAskingAnother,
  ServiceError,
  type Tiers,
  throwUnlessConclusive,
} from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { hasBlobs, readBlobs, readSmallBlob } from "./blob-batches.ts";
import type { BlobBatches, BlobService } from "./blob-service.ts";
import { putBatch } from "./fanned-blob-batches.ts";

/** How many blobs, each of up to 1 MiB, are held until all of them have been looked for. */
const blobsAtOnce = 64;

/** Several services read as one, in few calls to each. `single` reads one blob of them, and heals what is damaged. */
export function createTieredBlobBatches(
  { parts, fill, absences, report, isConclusive }: Tiers<BlobService>,
  single: Pick<BlobService, "openRead">,
): Pick<BlobBatches, "hasMany" | "readMany"> {
  const last = parts.at(-1);
  const isKnownAbsent = (part: BlobService, digest: B3Digest): boolean =>
    part === last && (absences?.has(digest.hex) ?? false);

  function rememberAbsent(digests: readonly B3Digest[]): void {
    for (const { hex } of digests) if (!absences?.has(hex)) absences?.add(hex);
  }

  async function hasMany(digests: readonly B3Digest[], options?: CallOptions): Promise<readonly boolean[]> {
    const present = digests.map(() => false);
    const failures = new Map<number, unknown>();
    let wanted = [...digests.keys()];
    for (const [index, part] of parts.entries()) {
      const asked = wanted.filter((each) => !isKnownAbsent(part, digests[each] as B3Digest));
      if (asked.length === 0) continue;
      try {
        const questions = asked.map((each) => digests[each] as B3Digest);
        for (const [answer, has] of (await hasBlobs(part, questions, options)).entries())
          if (has) present[asked[answer] as number] = true;
      } catch (error) {
        requireWorthAskingAnother(error, options?.signal);
        failures.set(index, error);
      }
      wanted = wanted.filter((each) => !present[each]);
    }
    if (wanted.length > 0) {
      throwUnlessConclusive(failures, report, isConclusive);
      rememberAbsent(wanted.map((each) => digests[each] as B3Digest));
    } else for (const failure of failures.values()) reportFailure(report, "another part answered instead", failure);
    return present;
  }

  async function store(blobs: readonly Uint8Array[], part: BlobService, options?: CallOptions): Promise<void> {
    if (blobs.length === 0) return;
    try {
      await putBatch(part, blobs, options);
    } catch (error) {
      options?.signal?.throwIfAborted();
      reportFailure(report, "the blobs aren't kept nearby", error);
    }
  }

  /** Reads of one part what it has, as far as it gets; answers whether that is to the end. */
  async function readFrom(
    part: BlobService,
    digests: readonly B3Digest[],
    found: Map<string, Uint8Array>,
    options?: CallOptions,
  ): Promise<boolean> {
    let count = 0;
    try {
      for await (const bytes of readBlobs(part, digests, options)) {
        const digest = digests[count] as B3Digest;
        if (bytes) found.set(digest.hex, bytes);
        count += 1;
      }
      return true;
    } catch (error) {
      options?.signal?.throwIfAborted();
      if (ServiceError.is(error, "out-of-range")) throw error;
      return false;
    }
  }

  async function readSlice(digests: readonly B3Digest[], options?: CallOptions): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    let wanted = digests;
    const earlier: { readonly part: BlobService; readonly lacks: readonly B3Digest[] }[] = [];
    for (const part of parts) {
      const asked = wanted.filter((digest) => !isKnownAbsent(part, digest));
      if (asked.length === 0) continue;
      const isComplete = await readFrom(part, asked, found, options);
      wanted = wanted.filter(({ hex }) => !found.has(hex));
      if (!isComplete) {
        // One by one they are got over, healed or refused.
        for (const digest of wanted) {
          const bytes = await readSmallBlob(single, digest, options ?? {});
          if (bytes) found.set(digest.hex, bytes);
        }
        return found;
      }
      earlier.push({ part, lacks: wanted });
      if (wanted.length === 0) break;
    }
    rememberAbsent(wanted);
    if (fill)
      for (const { part, lacks } of earlier) {
        const come = new Map(lacks.map(({ hex }) => [hex, found.get(hex)]));
        await store(
          [...come.values()].filter((bytes) => bytes !== undefined),
          part,
          options,
        );
      }
    return found;
  }

  return {
    hasMany,
    async *readMany(digests, options) {
      for (let start = 0; start < digests.length; start += blobsAtOnce) {
        const slice = digests.slice(start, start + blobsAtOnce);
        const found = await readSlice(slice, options);
        for (const { hex } of slice) yield found.get(hex);
      }
    },
  };
}
