import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { hasBlobs, largestBatchedBytes, putBlobs } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";

const mostAskedAtOnce = 4096;
const mostBlobsInBatch = 1024;

interface Upload {
  readonly digest: B3Digest;
  readonly bytes: Uint8Array;
  resolve(sent: boolean): void;
  reject(error: unknown): void;
}

/** As many from the front as a message bears, at least one. */
function takeBatch(uploads: Upload[]): readonly Upload[] {
  let bytes = 0;
  let count = 0;
  while (count < uploads.length && count < mostBlobsInBatch) {
    bytes += (uploads[count] as Upload).bytes.length;
    if (count > 0 && bytes > largestBatchedBytes) break;
    count += 1;
  }
  return uploads.splice(0, count);
}

/**
 * Stores small blobs that come one by one in few calls: while the service answers which of some are there, more gather
 * for the next question, and what is missing goes off in one stream while there is any. Disposing waits for what is under
 * way.
 */
export class BlobUploads implements AsyncDisposable {
  readonly #blobs: BlobService;
  readonly #options: CallOptions | undefined;
  readonly #toAsk: Upload[] = [];
  readonly #missing: Upload[] = [];
  readonly #sent: (readonly Upload[])[] = [];
  #asking: Promise<void> | undefined;
  #putting: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(blobs: BlobService, options?: CallOptions) {
    this.#blobs = blobs;
    this.#options = options;
  }

  /** Resolves once it is durable, to whether it had to be sent. The bytes must not change until then. */
  store(digest: B3Digest, bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure.error);
      this.#toAsk.push({ digest, bytes, resolve, reject });
      this.#asking ??= this.#ask();
    });
  }

  async #ask(): Promise<void> {
    try {
      // Lets what comes in this turn of the event loop gather.
      await new Promise(setImmediate);
      while (this.#toAsk.length > 0 && !this.#failure) {
        const asked = this.#toAsk.splice(0, mostAskedAtOnce);
        try {
          this.#sort(
            asked,
            await hasBlobs(
              this.#blobs,
              asked.map(({ digest }) => digest),
              this.#options,
            ),
          );
        } catch (error) {
          for (const upload of asked) upload.reject(error);
          throw error;
        }
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#asking = undefined;
      this.#wake();
    }
  }

  #sort(asked: readonly Upload[], present: readonly boolean[]): void {
    for (const [index, upload] of asked.entries()) {
      if (present[index]) upload.resolve(false);
      else this.#missing.push(upload);
    }
    if (this.#missing.length === 0) return;
    this.#putting ??= this.#put();
    this.#wake();
  }

  async *#batches(): AsyncGenerator<readonly Uint8Array[]> {
    for (;;) {
      while (this.#missing.length > 0) {
        const batch = takeBatch(this.#missing);
        this.#sent.push(batch);
        yield batch.map(({ bytes }) => bytes);
      }
      if (!this.#asking || this.#failure) return;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  async #put(): Promise<void> {
    try {
      for await (const digests of putBlobs(this.#blobs, this.#batches(), this.#options)) {
        const batch = this.#sent.shift() ?? [];
        for (const [index, { digest, resolve, reject }] of batch.entries()) {
          if (digests[index]?.equals(digest)) resolve(true);
          else reject(new ServiceError("data-loss", `Cannot put blob ${digest}: its bytes are not of that digest`));
        }
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#putting = this.#missing.length > 0 ? this.#put() : undefined;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const upload of [...this.#toAsk.splice(0), ...this.#missing.splice(0), ...this.#sent.splice(0).flat()])
      upload.reject(error);
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#asking || this.#putting) await (this.#asking ?? this.#putting);
  }
}
