import { type CallOptions, type Retrier, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { BlobService, BlobWriter } from "./blob-service.ts";

/** What is held to be written again. */
const replayableBytes = 4 * 1024 * 1024;

/** Writes a blob of a few megabytes again when that failed. A longer one goes out as it comes, once. */
export class ReplayingBlobWriter implements BlobWriter {
  readonly #blobs: BlobService;
  readonly #retrier: Retrier;
  readonly #options: CallOptions | undefined;
  #pieces: Uint8Array[] = [];
  #heldBytes = 0;
  #writer: BlobWriter | undefined;
  #closed: Promise<B3Digest> | undefined;
  #discarded = false;

  constructor(blobs: BlobService, retrier: Retrier, options?: CallOptions) {
    this.#blobs = blobs;
    this.#retrier = retrier;
    this.#options = options;
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#closed || this.#discarded)
      throw new ServiceError("failed-precondition", "Cannot write to a blob: it is closed already");
    this.#options?.signal?.throwIfAborted();
    if (this.#writer) return this.#writer.write(data);
    this.#pieces.push(data.slice());
    this.#heldBytes += data.length;
    if (this.#heldBytes <= replayableBytes) return;
    this.#writer = await this.#retrier.call(() => this.#begin(), this.#options);
    this.#pieces = [];
  }

  async #begin(): Promise<BlobWriter> {
    const writer = await this.#blobs.openWrite(this.#options);
    try {
      for (const piece of this.#pieces) await writer.write(piece);
      return writer;
    } catch (error) {
      await writer[Symbol.asyncDispose]();
      throw error;
    }
  }

  close(): Promise<B3Digest> {
    if (this.#discarded)
      return Promise.reject(new ServiceError("failed-precondition", "Cannot close a blob: it was discarded"));
    this.#closed ??= this.#writer ? this.#writer.close() : this.#retrier.call(() => this.#putHeld(), this.#options);
    return this.#closed;
  }

  async #putHeld(): Promise<B3Digest> {
    await using writer = await this.#begin();
    return await writer.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#discarded = this.#closed === undefined;
    await this.#writer?.[Symbol.asyncDispose]();
  }
}
