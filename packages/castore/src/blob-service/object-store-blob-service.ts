import type { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest } from "../b3-hasher.ts";
import { objectKey } from "../object-store/object-key.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import type { BlobService } from "./blob-service.ts";
import { createBytesReader } from "./bytes-reader.ts";
import { decodeChunkList, encodeChunkList } from "./chunk-list-message.ts";
import { ChunkStore } from "./chunk-store.ts";
import { createChunkedReader } from "./chunked-reader.ts";
import type { Chunker } from "./chunker.ts";
import { ChunkingBlobWriter, type ChunkSink } from "./chunking-blob-writer.ts";
import { createFastCdcChunker } from "./fastcdc-chunker.ts";

export interface ObjectStoreBlobServiceOptions {
  readonly chunker?: Chunker;
}

const defaultChunker = createFastCdcChunker();

/**
 * Keeps blobs in an object store, which it owns. A blob of one chunk is that chunk's object; a larger one also has an
 * object with the list of its chunks, written last.
 */
export function createObjectStoreBlobService(
  objects: ObjectStore,
  { chunker = defaultChunker }: ObjectStoreBlobServiceOptions = {},
): BlobService & AsyncDisposable {
  const chunkStore = new ChunkStore(objects);
  const listKey = (digest: B3Digest): string => objectKey("blobs", digest);
  const sink: ChunkSink = {
    putChunk: (digest, chunk, options) => chunkStore.put(digest, chunk, options),
    async putChunkList(digest, chunks, options) {
      if (!(await objects.has(listKey(digest), options)))
        await objects.put(listKey(digest), encodeChunkList(chunks), options);
    },
  };

  return {
    async has(digest, options) {
      if (digest.equals(emptyB3Digest)) return true;
      return (await chunkStore.has(digest, options)) || (await objects.has(listKey(digest), options));
    },
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
      return createChunkedReader({ digest, chunks, fetchChunk: (part, opts) => chunkStore.get(part, opts) });
    },
    async openWrite(options) {
      return new ChunkingBlobWriter(chunker, sink, options);
    },
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  };
}
