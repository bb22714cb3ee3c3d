import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import type { BlobService } from "./blob-service.ts";
import { BlobUploads } from "./blob-uploads.ts";

const maxBytes = 32 * 1024 * 1024;

/** Stores whole blobs side by side, while whoever brings them goes on. */
export class SmallBlobUploads {
  readonly #uploads: BlobUploads;
  readonly #seen = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;
  #sentBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(blobs: BlobService, options: CallOptions) {
    this.#uploads = new BlobUploads(blobs, options);
  }

  /** How many of the bytes that are stored weren't in the store yet. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Resolves when there is room for more; fails if an earlier one has failed. The bytes must stay as they are. */
  async add(content: Uint8Array): Promise<B3Digest> {
    const digest = hashB3(content);
    if (content.length === 0 || this.#seen.has(digest.hex)) return digest;
    this.#seen.add(digest.hex);
    while (this.#bytes > 0 && this.#bytes + content.length > maxBytes) await Promise.race(this.#underWay);
    this.#throwFailure();
    this.#start(digest, content);
    return digest;
  }

  #start(digest: B3Digest, content: Uint8Array): void {
    this.#bytes += content.length;
    const upload = this.#uploads
      .store(digest, content)
      .then((sent) => {
        if (sent) this.#sentBytes += content.length;
      })
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#bytes -= content.length;
        this.#underWay.delete(upload);
      });
    this.#underWay.add(upload);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when everything is stored. */
  async finish(): Promise<void> {
    await this.#uploads[Symbol.asyncDispose]();
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }
}
