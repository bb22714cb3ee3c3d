import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { readBlobs } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";

const parallelCalls = 2;
const mostInCall = 512;

interface Download {
  readonly digest: B3Digest;
  resolve(bytes: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/** Reads small blobs that are asked for one by one in few calls: what is asked for during a call goes into the next. */
export class BlobDownloads {
  readonly #blobs: BlobService;
  readonly #options: CallOptions | undefined;
  readonly #waiting: Download[] = [];
  #calls = 0;

  constructor(blobs: BlobService, options?: CallOptions) {
    this.#blobs = blobs;
    this.#options = options;
  }

  /** `undefined` if it isn't there; `out-of-range` if it is longer than 1 MiB. */
  read(digest: B3Digest): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ digest, resolve, reject });
      if (this.#calls < parallelCalls) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#calls += 1;
    // Lets what comes in this turn of the event loop gather.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#call(this.#waiting.splice(0, mostInCall));
    this.#calls -= 1;
  }

  async #call(asked: readonly Download[]): Promise<void> {
    const digests = asked.map(({ digest }) => digest);
    let answered = 0;
    try {
      for await (const bytes of readBlobs(this.#blobs, digests, this.#options)) {
        asked[answered]?.resolve(bytes);
        answered += 1;
      }
    } catch (error) {
      for (const { reject } of asked.slice(answered)) reject(error);
    }
  }
}
