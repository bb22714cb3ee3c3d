import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest, hashB3 } from "../b3-hasher.ts";
import { OutboardBuilder } from "../verified/outboard-builder.ts";
import type { BlobWriter, ChunkMeta } from "./blob-service.ts";
import type { Chunker } from "./chunker.ts";

/** How many chunks of one blob are stored at once. */
const parallelChunks = 8;
const firstWindowBytes = 16 * 1024;

/** Memory that chunks are cut off from. It is filled once, and filled again only when no chunk in it is under way. */
interface ChunkWindow {
  readonly bytes: Uint8Array;
  underWay: number;
}

/** What is kept of a blob besides its chunks. */
export interface ChunkedBlobRecord {
  readonly digest: B3Digest;
  readonly chunks: readonly ChunkMeta[];
  /** As `Outboard.parse` takes it. */
  readonly outboard: Uint8Array;
}

export interface ChunkSink {
  /** What the outboard of a blob is to tell of. */
  readonly outboardGroupBytes: number;
  /** Of the chunk it keeps no hold once it is done. */
  putChunk(digest: B3Digest, chunk: Uint8Array, options?: CallOptions): Promise<void>;
  /** Called once all chunks are durable, and only for blobs of several. */
  putChunkList(blob: ChunkedBlobRecord, options?: CallOptions): Promise<void>;
}

/** Cuts what is written into chunks and stores them as they are complete. Holds a few chunks, never the blob. */
export class ChunkingBlobWriter implements BlobWriter {
  readonly #chunker: Chunker;
  readonly #sink: ChunkSink;
  readonly #options: CallOptions | undefined;
  #window: ChunkWindow = { bytes: new Uint8Array(0), underWay: 0 };
  /** Windows of full size that wait to be used again, so that a large blob doesn't leave its size in garbage. */
  readonly #spare: ChunkWindow[] = [];
  #start = 0;
  #end = 0;
  readonly #chunks: ChunkMeta[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** Hashes the blob if it turns out to have several chunks. */
  #outboard: OutboardBuilder | undefined;
  #closed: Promise<B3Digest> | undefined;
  #discarded = false;

  constructor(chunker: Chunker, sink: ChunkSink, options?: CallOptions) {
    this.#chunker = chunker;
    this.#sink = sink;
    this.#options = options;
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#closed || this.#discarded)
      throw new ServiceError("failed-precondition", "Cannot write to a blob: it is closed already");
    for (let offset = 0; offset < data.length; ) {
      this.#checkGoingOn();
      this.#makeRoom(data.length - offset);
      const part = data.subarray(offset, offset + this.#window.bytes.length - this.#end);
      this.#window.bytes.set(part, this.#end);
      this.#end += part.length;
      offset += part.length;
      while (this.#end - this.#start >= this.#chunker.largestBytes) await this.#takeChunk();
    }
  }

  close(): Promise<B3Digest> {
    if (this.#discarded)
      return Promise.reject(new ServiceError("failed-precondition", "Cannot close a blob: it was discarded"));
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  #checkGoingOn(): void {
    this.#options?.signal?.throwIfAborted();
    if (this.#failure) throw this.#failure.error;
  }

  get #windowLimit(): number {
    return 2 * this.#chunker.largestBytes;
  }

  #makeRoom(wantedBytes: number): void {
    const keptBytes = this.#end - this.#start;
    const limit = this.#windowLimit;
    const present = this.#window;
    const hasRoom = present.bytes.length - this.#end >= Math.min(wantedBytes, limit - keptBytes);
    if (hasRoom || (this.#end < present.bytes.length && present.bytes.length === limit)) return;
    const sizeBytes = Math.min(Math.max(keptBytes + wantedBytes, 2 * keptBytes, firstWindowBytes), limit);
    const spare = sizeBytes === limit ? this.#spare.pop() : undefined;
    this.#window = spare ?? { bytes: new Uint8Array(sizeBytes), underWay: 0 };
    this.#window.bytes.set(present.bytes.subarray(this.#start, this.#end));
    this.#start = 0;
    this.#end = keptBytes;
    this.#reuse(present);
  }

  /** Keeps a window for later once it isn't filled any more and all that was cut off from it is stored. */
  #reuse(window: ChunkWindow): void {
    if (window !== this.#window && window.underWay === 0 && window.bytes.length === this.#windowLimit)
      this.#spare.push(window);
  }

  /** Cuts the first chunk off the window and begins to store it. Waits while too many are under way. */
  async #takeChunk(): Promise<void> {
    const window = this.#window;
    const length = this.#chunker.cut(window.bytes.subarray(this.#start, this.#end));
    const chunk = window.bytes.subarray(this.#start, this.#start + length);
    this.#start += length;
    this.#outboard ??= new OutboardBuilder(this.#sink.outboardGroupBytes);
    this.#outboard.update(chunk);
    const digest = hashB3(chunk);
    this.#chunks.push({ digest, sizeBytes: length });
    window.underWay += 1;
    const stored: Promise<void> = this.#sink
      .putChunk(digest, chunk, this.#options)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        window.underWay -= 1;
        this.#reuse(window);
        this.#underWay.delete(stored);
      });
    this.#underWay.add(stored);
    if (this.#underWay.size >= parallelChunks) await Promise.race(this.#underWay);
    this.#checkGoingOn();
  }

  async #finish(): Promise<B3Digest> {
    this.#checkGoingOn();
    const rest = this.#window.bytes.subarray(this.#start, this.#end);
    if (this.#chunks.length === 0 && this.#chunker.cut(rest) === rest.length) return this.#putSmall(rest);
    while (this.#end > this.#start) await this.#takeChunk();
    await Promise.all(this.#underWay);
    this.#checkGoingOn();
    const { digest, encoded } = (this.#outboard ?? new OutboardBuilder(this.#sink.outboardGroupBytes)).finish();
    if (this.#chunks.length > 1)
      await this.#sink.putChunkList({ digest, chunks: this.#chunks, outboard: encoded }, this.#options);
    return digest;
  }

  /** A blob of one chunk is that chunk. */
  async #putSmall(bytes: Uint8Array): Promise<B3Digest> {
    if (bytes.length === 0) return emptyB3Digest;
    const digest = hashB3(bytes);
    await this.#sink.putChunk(digest, bytes, this.#options);
    return digest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#discarded = this.#closed === undefined;
    await Promise.all(this.#underWay);
  }
}
