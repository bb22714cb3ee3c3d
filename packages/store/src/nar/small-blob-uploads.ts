import { type B3Digest, type BlobService, hashB3 } from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";

const maxBytes = 128 * 1024 * 1024;
const maxUploads = 64;

/** Stores whole blobs side by side, while whoever brings them goes on. */
export class SmallBlobUploads {
  readonly #blobs: BlobService;
  readonly #options: CallOptions;
  readonly #seen = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(blobs: BlobService, options: CallOptions) {
    this.#blobs = blobs;
    this.#options = options;
  }

  /** Resolves when there is room for more; fails if an earlier one has failed. The bytes must stay as they are. */
  async add(content: Uint8Array): Promise<B3Digest> {
    const digest = hashB3(content);
    if (content.length === 0 || this.#seen.has(digest.hex)) return digest;
    this.#seen.add(digest.hex);
    while (this.#underWay.size >= maxUploads || (this.#bytes > 0 && this.#bytes + content.length > maxBytes))
      await Promise.race(this.#underWay);
    this.#throwFailure();
    this.#start(digest, content);
    return digest;
  }

  #start(digest: B3Digest, content: Uint8Array): void {
    this.#bytes += content.length;
    const upload = this.#upload(digest, content)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#bytes -= content.length;
        this.#underWay.delete(upload);
      });
    this.#underWay.add(upload);
  }

  async #upload(digest: B3Digest, content: Uint8Array): Promise<void> {
    if (await this.#blobs.has(digest, this.#options)) return;
    await using writer = await this.#blobs.openWrite(this.#options);
    await writer.write(content);
    await writer.close();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when everything is stored. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }
}
