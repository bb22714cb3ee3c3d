import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { createB3Hasher, emptyB3Digest, hashB3 } from "../b3-hasher.ts";
import type { BlobWriter, ChunkMeta } from "./blob-service.ts";
import type { Chunker } from "./chunker.ts";

/** How many chunks of one blob are stored at once. */
const parallelChunks = 8;
const firstWindowBytes = 16 * 1024;

export interface ChunkSink {
  putChunk(digest: B3Digest, chunk: Uint8Array, options?: CallOptions): Promise<void>;
  /** Called once all chunks are durable, and only for blobs of several. */
  putChunkList(digest: B3Digest, chunks: readonly ChunkMeta[], options?: CallOptions): Promise<void>;
}

/** Cuts what is written into chunks and stores them as they are complete. Holds a few chunks, never the blob. */
export class ChunkingBlobWriter implements BlobWriter {
  readonly #chunker: Chunker;
  readonly #sink: ChunkSink;
  readonly #options: CallOptions | undefined;
  #window = new Uint8Array(0);
  #filled = 0;
  readonly #chunks: ChunkMeta[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  readonly #hasher = createB3Hasher();
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
      const part = data.subarray(offset, offset + this.#window.length - this.#filled);
      this.#window.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      while (this.#filled >= this.#chunker.largestBytes) await this.#takeChunk();
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

  #makeRoom(wantedBytes: number): void {
    const limit = 2 * this.#chunker.largestBytes;
    if (this.#window.length === limit || this.#filled + wantedBytes <= this.#window.length) return;
    const size = Math.max(this.#filled + wantedBytes, 2 * this.#window.length, firstWindowBytes);
    const window = new Uint8Array(Math.min(size, limit));
    window.set(this.#window.subarray(0, this.#filled));
    this.#window = window;
  }

  /** Cuts the first chunk off the window and begins to store it. Waits while too many are under way. */
  async #takeChunk(): Promise<void> {
    const length = this.#chunker.cut(this.#window.subarray(0, this.#filled));
    const chunk = this.#window.slice(0, length);
    this.#window.copyWithin(0, length, this.#filled);
    this.#filled -= length;
    this.#hasher.update(chunk);
    const digest = hashB3(chunk);
    this.#chunks.push({ digest, sizeBytes: length });
    const stored: Promise<void> = this.#sink
      .putChunk(digest, chunk, this.#options)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#underWay.delete(stored));
    this.#underWay.add(stored);
    if (this.#underWay.size >= parallelChunks) await Promise.race(this.#underWay);
    this.#checkGoingOn();
  }

  async #finish(): Promise<B3Digest> {
    this.#checkGoingOn();
    const rest = this.#window.subarray(0, this.#filled);
    if (this.#chunks.length === 0 && this.#chunker.cut(rest) === rest.length) return this.#putSmall(rest);
    while (this.#filled > 0) await this.#takeChunk();
    await Promise.all(this.#underWay);
    this.#checkGoingOn();
    const digest = this.#hasher.digest();
    if (this.#chunks.length > 1) await this.#sink.putChunkList(digest, this.#chunks, this.#options);
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
    this.#hasher[Symbol.dispose]();
  }
}
