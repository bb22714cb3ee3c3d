import { type CallOptions, type Report, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { createB3Hasher, hashB3 } from "../b3-hasher.ts";
import { objectKey } from "../object-store/object-key.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { setAsideIfDamaged } from "../object-store/set-aside.ts";
import type { BlobService } from "./blob-service.ts";
import { decompressChunk } from "./chunk-codec.ts";
import { decodeChunkList } from "./chunk-list-message.ts";

async function isChunk(digest: B3Digest, stored: Uint8Array): Promise<boolean> {
  const chunk = await decompressChunk(stored).catch(() => undefined);
  return chunk !== undefined && hashB3(chunk).equals(digest);
}

/** Whether the list is that of the blob, and all chunks in it are there and intact. */
async function isList(objects: ObjectStore, blob: B3Digest, list: Uint8Array): Promise<boolean> {
  using hasher = createB3Hasher();
  try {
    const chunks = decodeChunkList(blob, list);
    // A list without chunks says no more than the chunk itself.
    if (chunks.length === 0) return await objects.has(objectKey("chunks", blob));
    for (const { digest, sizeBytes } of chunks) {
      const stored = await objects.get(objectKey("chunks", digest));
      const chunk = stored && (await decompressChunk(stored));
      if (chunk?.length !== sizeBytes) return false;
      hasher.update(chunk);
    }
  } catch {
    return false;
  }
  return hasher.digest().equals(blob);
}

/** Sets aside what is damaged of a blob's or chunk's objects, the list of its chunks too if one of those is gone. */
export async function setAsideDamagedBlob(objects: ObjectStore, digest: B3Digest, report: Report): Promise<void> {
  const checkChunk = (chunk: B3Digest): Promise<void> =>
    setAsideIfDamaged(objects, objectKey("chunks", chunk), (stored) => isChunk(chunk, stored), report);
  await checkChunk(digest);
  const key = objectKey("blobs", digest);
  const list = await objects.get(key).catch(() => undefined);
  if (list) for (const chunk of chunksIn(digest, list)) await checkChunk(chunk);
  await setAsideIfDamaged(objects, key, (stored) => isList(objects, digest, stored), report);
}

function chunksIn(blob: B3Digest, list: Uint8Array): readonly B3Digest[] {
  try {
    return decodeChunkList(blob, list).map(({ digest }) => digest);
  } catch {
    return [];
  }
}

/**
 * The blobs in `objects`, which `inner` keeps there: what turns out to be damaged is reported and set aside, so that it
 * isn't there any more, and whoever has it can put it again.
 */
export function createSelfCheckingBlobService(
  inner: BlobService & AsyncDisposable,
  objects: ObjectStore,
  report: Report,
): BlobService & AsyncDisposable {
  async function check(digest: B3Digest, error: unknown): Promise<void> {
    if (ServiceError.is(error, "data-loss")) await setAsideDamagedBlob(objects, digest, report);
  }
  async function checked<Result>(digest: B3Digest, call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (error) {
      await check(digest, error);
      throw error;
    }
  }
  async function* checkedPieces<Piece>(
    digestAt: (count: number) => B3Digest | undefined,
    pieces: AsyncIterable<Piece>,
  ): AsyncGenerator<Piece> {
    let count = 0;
    try {
      for await (const piece of pieces) {
        yield piece;
        count += 1;
      }
    } catch (error) {
      const digest = digestAt(count);
      if (digest) await check(digest, error);
      throw error;
    }
  }
  const { readMany } = inner;
  return {
    ...inner,
    chunks: (digest, options) => checked(digest, inner.chunks(digest, options)),
    async openRead(digest, options) {
      const reader = await checked(digest, inner.openRead(digest, options));
      return (
        reader && {
          sizeBytes: reader.sizeBytes,
          read: (range, readOptions) => checkedPieces(() => digest, reader.read(range, readOptions)),
        }
      );
    },
    ...(readMany && {
      readMany: (digests: readonly B3Digest[], options?: CallOptions) =>
        checkedPieces((count) => digests[count], readMany(digests, options)),
    }),
  };
}
