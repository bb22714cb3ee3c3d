import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest, hashB3 } from "../b3-hasher.ts";
import { mapInOrder, mapStreamInOrder } from "../map-in-order.ts";
import { listDigests } from "../object-store/list-digests.ts";
import { objectKey } from "../object-store/object-key.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { buildOutboard, Outboard } from "../verified/outboard.ts";
import { defaultGroupBytes } from "../verified/outboard-builder.ts";
import { largestBatchedBytes, parallelBatches, readSmallBlob } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";
import { createBytesReader } from "./bytes-reader.ts";
import { decodeChunkList, encodeChunkList } from "./chunk-list-message.ts";
import { ChunkStore } from "./chunk-store.ts";
import { createChunkedReader } from "./chunked-reader.ts";
import type { Chunker } from "./chunker.ts";
import { ChunkingBlobWriter, type ChunkSink } from "./chunking-blob-writer.ts";
import { createFastCdcChunker } from "./fastcdc-chunker.ts";
import { createProvenReader } from "./proven-reader.ts";

export interface ObjectStoreBlobServiceOptions {
  readonly chunker?: Chunker | undefined;
  /** Of what groups outboards tell that are made from now on: a power of two up to 1 MiB. */
  readonly outboardGroupBytes?: number | undefined;
}

function isOutboardOf(digest: B3Digest, encoded: Uint8Array): boolean {
  try {
    Outboard.parse(digest, encoded);
    return true;
  } catch {
    return false;
  }
}

function ifDamaged(error: unknown): undefined {
  if (!ServiceError.is(error, "data-loss")) throw error;
}

/** How many small blobs of one call are fetched at once. */
const parallelSmall = 32;
const defaultChunker = createFastCdcChunker();

/**
 * Keeps blobs in an object store, which it owns. A blob of one chunk is that chunk's object; a larger one also has an
 * object with the list of its chunks, written last.
 */
export function createObjectStoreBlobService(
  objects: ObjectStore,
  { chunker = defaultChunker, outboardGroupBytes = defaultGroupBytes }: ObjectStoreBlobServiceOptions = {},
): BlobService & AsyncDisposable {
  const chunkStore = new ChunkStore(objects);
  const listKey = (digest: B3Digest): string => objectKey("blobs", digest);
  const outboardKey = (digest: B3Digest): string => objectKey("outboards", digest);
  const sink: ChunkSink = {
    outboardGroupBytes,
    putChunk: (digest, chunk, options) => chunkStore.put(digest, chunk, options),
    async putChunkList({ digest, chunks, outboard }, options) {
      if (await objects.has(listKey(digest), options)) return;
      await objects.put(outboardKey(digest), outboard, options);
      await objects.put(listKey(digest), encodeChunkList(digest, chunks), options);
    },
  };

  async function has(digest: B3Digest, options?: CallOptions): Promise<boolean> {
    if (digest.equals(emptyB3Digest)) return true;
    return (await chunkStore.has(digest, options)) || (await objects.has(listKey(digest), options));
  }

  async function getSmall(digest: B3Digest, options: CallOptions): Promise<Uint8Array | undefined> {
    if (digest.equals(emptyB3Digest)) return new Uint8Array();
    const chunk = await chunkStore.get(digest, options);
    if (chunk ? chunk.length > largestBatchedBytes : await objects.has(listKey(digest), options))
      return readSmallBlob(service, digest, options);
    return chunk;
  }

  /** Proven to be of `digest`; of a blob that another program stored, or whose outboard is damaged, made anew and kept. */
  async function outboard(digest: B3Digest, options?: CallOptions): Promise<Uint8Array | undefined> {
    const stored = await objects.get(outboardKey(digest), options).catch(ifDamaged);
    if (stored && isOutboardOf(digest, stored)) return stored;
    const reader = await service.openRead(digest, options);
    if (!reader) return undefined;
    const built = await buildOutboard(digest, reader.read(undefined, options), outboardGroupBytes);
    if (await objects.has(listKey(digest), options)) await objects.put(outboardKey(digest), built, options);
    return built;
  }

  async function putWhole(bytes: Uint8Array, options: CallOptions): Promise<B3Digest> {
    if (bytes.length > chunker.largestBytes || chunker.cut(bytes) < bytes.length) {
      await using writer = new ChunkingBlobWriter(chunker, sink, options);
      await writer.write(bytes);
      return writer.close();
    }
    const digest = hashB3(bytes);
    if (bytes.length > 0) await chunkStore.put(digest, bytes, options);
    return digest;
  }

  const service: BlobService & AsyncDisposable = {
    has,
    outboard,
    hasMany: (digests, options) => Promise.all(digests.map((digest) => has(digest, options))),
    readMany: (digests, options) =>
      mapInOrder(digests, parallelSmall, (digest, signal) => getSmall(digest, { signal }), options?.signal),
    putMany: (batches, options) =>
      mapStreamInOrder(
        batches,
        parallelBatches,
        (batch, signal) => Promise.all(batch.map((bytes) => putWhole(bytes, { signal }))),
        options?.signal,
      ),
    async chunks(digest, options) {
      if (digest.equals(emptyB3Digest)) return [];
      const list = await objects.get(listKey(digest), options);
      if (list) return decodeChunkList(digest, list);
      return (await chunkStore.has(digest, options)) ? [] : undefined;
    },
    async openRead(digest, options) {
      if (digest.equals(emptyB3Digest)) return createBytesReader(digest, new Uint8Array());
      const chunk = await chunkStore.get(digest, options);
      if (chunk) return createBytesReader(digest, chunk);
      const list = await objects.get(listKey(digest), options);
      if (!list) return undefined;
      const chunks = decodeChunkList(digest, list);
      // Tvix lists a blob that is one chunk too: without the chunk, there is nothing to read.
      if (chunks.length === 0)
        throw new ServiceError("data-loss", `Cannot read blob ${digest}: its only chunk is missing`);
      const reader = createChunkedReader({ digest, chunks, fetchChunk: (chunk, opts) => chunkStore.get(chunk, opts) });
      return createProvenReader({ digest, reader, outboard: (opts) => outboard(digest, opts) });
    },
    list: (options) => listDigests(objects, ["blobs", "chunks"], options),
    async openWrite(options) {
      return new ChunkingBlobWriter(chunker, sink, options);
    },
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  };
  return service;
}
