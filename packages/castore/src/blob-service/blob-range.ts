import { ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { ByteRange } from "./blob-service.ts";

/** From `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where `range` lies in a blob. `out-of-range` if it doesn't lie within. */
export function resolveRange(digest: B3Digest, sizeBytes: number, range: ByteRange = { offset: 0 }): Span {
  const { offset, length = sizeBytes - offset } = range;
  const isWithin = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isWithin || offset + length > sizeBytes)
    throw new ServiceError(
      "out-of-range",
      `Cannot read blob ${digest}: ${range.length ?? "all"} bytes from ${offset} do not lie within its ${sizeBytes}`,
    );
  return { start: offset, end: offset + length };
}
