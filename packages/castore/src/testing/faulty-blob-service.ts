import { ServiceError } from "@tvix-mesh/service";
import { hasBlobs, putBlobs, readBlobs } from "../blob-service/blob-batches.ts";
import type { BlobReader, BlobService } from "../blob-service/blob-service.ts";

/** What goes wrong in a service under test. May be changed while it is in use. */
export interface Faults {
  /** Every call fails. */
  isDown?: boolean;
  /** How many of the next calls and reads fail as those of an overloaded server do. */
  timeOuts?: number;
  /** Reads stop after so many bytes, without an error. */
  shortReadBytes?: number;
  /** Reads break off with an error after so many bytes; as often as `breaks` says, or else always. */
  breakAfterBytes?: number;
  breaks?: number;
  /** The byte at this place of each read is changed. */
  corruptedAt?: number;
}

function check(faults: Faults): void {
  if (faults.isDown) throw new ServiceError("unavailable", "Cannot reach the part: it is down");
  if (!faults.timeOuts) return;
  faults.timeOuts -= 1;
  throw new ServiceError("deadline-exceeded", "Cannot reach the part: it takes too long");
}

/** Passes calls on, except for what `faults` says. */
export function createFaultyBlobService(inner: BlobService, faults: Faults): BlobService {
  function faultyReader(reader: BlobReader): BlobReader {
    return {
      sizeBytes: reader.sizeBytes,
      async *read(range, options) {
        check(faults);
        let at = 0;
        for await (const piece of reader.read(range, options)) {
          const { shortReadBytes, breakAfterBytes, corruptedAt } = faults;
          const limit = Math.min(shortReadBytes ?? Infinity, breakAfterBytes ?? Infinity);
          const part = piece.slice(0, Math.max(limit - at, 0));
          if (corruptedAt !== undefined && corruptedAt >= at && corruptedAt < at + part.length)
            part[corruptedAt - at] = (part[corruptedAt - at] as number) ^ 0x20;
          at += piece.length;
          if (part.length > 0) yield part;
          if (at < limit) continue;
          if (breakAfterBytes === undefined) return;
          faults.breaks = (faults.breaks ?? Infinity) - 1;
          if (faults.breaks <= 0) delete faults.breakAfterBytes;
          throw new ServiceError("unavailable", "Cannot go on reading: the connection broke");
        }
      },
    };
  }
  return {
    async has(digest, options) {
      check(faults);
      return inner.has(digest, options);
    },
    async hasMany(digests, options) {
      check(faults);
      return hasBlobs(inner, digests, options);
    },
    async *readMany(digests, options) {
      check(faults);
      let count = 0;
      for await (const bytes of readBlobs(inner, digests, options)) {
        yield bytes;
        count += 1;
        if (faults.breakAfterBytes === undefined) continue;
        faults.breaks = (faults.breaks ?? Infinity) - 1;
        if (faults.breaks <= 0) delete faults.breakAfterBytes;
        if (count < digests.length) throw new ServiceError("unavailable", "Cannot go on reading: the connection broke");
      }
    },
    async *putMany(batches, options) {
      check(faults);
      for await (const digests of putBlobs(inner, batches, options)) {
        check(faults);
        yield digests;
      }
    },
    async outboard(digest, options) {
      check(faults);
      return inner.outboard?.(digest, options);
    },
    async chunks(digest, options) {
      check(faults);
      return inner.chunks(digest, options);
    },
    async openRead(digest, options) {
      check(faults);
      const reader = await inner.openRead(digest, options);
      return reader && faultyReader(reader);
    },
    async openWrite(options) {
      check(faults);
      const writer = await inner.openWrite(options);
      return {
        async write(data) {
          check(faults);
          await writer.write(data);
        },
        async close() {
          check(faults);
          return writer.close();
        },
        [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
      };
    },
  };
}
