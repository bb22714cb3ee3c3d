import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { hasBlobs } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";

const mostAskedAtOnce = 4096;

interface Question {
  readonly digest: B3Digest;
  resolve(isThere: boolean): void;
  reject(error: unknown): void;
}

/** Asks whether blobs are there that come up one by one, in few calls: more gather while a call is under way. */
export class BlobQuestions {
  readonly #blobs: BlobService;
  readonly #options: CallOptions | undefined;
  readonly #waiting: Question[] = [];
  #isAsking = false;

  constructor(blobs: BlobService, options?: CallOptions) {
    this.#blobs = blobs;
    this.#options = options;
  }

  has(digest: B3Digest): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ digest, resolve, reject });
      if (!this.#isAsking) void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    // Lets what comes in this turn of the event loop gather.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0, mostAskedAtOnce);
      try {
        const digests = asked.map(({ digest }) => digest);
        const present = await hasBlobs(this.#blobs, digests, this.#options);
        for (const [index, { resolve }] of asked.entries()) resolve(present[index] === true);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.#isAsking = false;
  }
}
