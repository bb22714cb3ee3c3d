import type { MessageInitShape } from "@bufbuild/protobuf";
import type { BlobChunkSchema, PutBlobResponse } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { type CallOptions, pieceBytes, ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { createB3Hasher } from "../b3-hasher.ts";
import { PushIterable } from "../push-iterable.ts";
import type { BlobWriter } from "./blob-service.ts";

type BlobChunkInit = MessageInitShape<typeof BlobChunkSchema>;
type PutBlob = (chunks: AsyncIterable<BlobChunkInit>, options?: CallOptions) => Promise<PutBlobResponse>;

const firstPieceBytes = 16 * 1024;

/** Sends what is written in large messages, over one call that begins with the first of them. */
export class RemoteBlobWriter implements BlobWriter {
  readonly #putBlob: PutBlob;
  readonly #signal: AbortSignal;
  readonly #discard = new AbortController();
  readonly #hasher = createB3Hasher();
  readonly #messages = new PushIterable<BlobChunkInit>();
  #answer: Promise<PutBlobResponse> | undefined;
  #piece = new Uint8Array(0);
  #filled = 0;
  #closed: Promise<B3Digest> | undefined;

  constructor(putBlob: PutBlob, options?: CallOptions) {
    this.#putBlob = putBlob;
    this.#signal = options?.signal ? AbortSignal.any([options.signal, this.#discard.signal]) : this.#discard.signal;
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#closed || this.#discard.signal.aborted)
      throw new ServiceError("failed-precondition", "Cannot write to a blob: it is closed already");
    this.#signal.throwIfAborted();
    this.#hasher.update(data);
    for (let offset = 0; offset < data.length; ) {
      this.#makeRoom(data.length - offset);
      const part = data.subarray(offset, offset + this.#piece.length - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === pieceBytes) await this.#send();
    }
  }

  #makeRoom(wantedBytes: number): void {
    if (this.#piece.length === pieceBytes || this.#filled + wantedBytes <= this.#piece.length) return;
    const leastBytes = this.#answer ? pieceBytes : firstPieceBytes;
    const size = Math.max(this.#filled + wantedBytes, 2 * this.#piece.length, leastBytes);
    const piece = new Uint8Array(Math.min(size, pieceBytes));
    piece.set(this.#piece.subarray(0, this.#filled));
    this.#piece = piece;
  }

  #begin(): Promise<PutBlobResponse> {
    const answer = this.#putBlob(this.#messages, { signal: this.#signal });
    answer.catch((error: unknown) => this.#messages.fail(error));
    return answer;
  }

  async #send(): Promise<void> {
    this.#answer ??= this.#begin();
    const data = this.#piece.subarray(0, this.#filled);
    this.#piece = new Uint8Array(0);
    this.#filled = 0;
    await this.#messages.push({ data });
  }

  close(): Promise<B3Digest> {
    if (this.#discard.signal.aborted && !this.#closed)
      return Promise.reject(new ServiceError("failed-precondition", "Cannot close a blob: it was discarded"));
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<B3Digest> {
    if (this.#filled > 0) await this.#send();
    this.#answer ??= this.#begin();
    this.#messages.end();
    const digest = this.#hasher.digest();
    const answered = B3Digest.fromBytes((await this.#answer).digest);
    if (!answered.equals(digest))
      throw new ServiceError("data-loss", `Cannot put blob ${digest}: the server answers that it got ${answered}`);
    return digest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) {
      this.#discard.abort(new ServiceError("cancelled", "Cannot put a blob: it was discarded"));
      this.#messages.fail(this.#discard.signal.reason);
    }
    await this.#answer?.catch(() => undefined);
    this.#hasher[Symbol.dispose]();
  }
}
