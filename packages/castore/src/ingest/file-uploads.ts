import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { BlobService } from "../blob-service/blob-service.ts";
import { SmallBlobUploads } from "../blob-service/small-blob-uploads.ts";

const smallFileBytes = 1024 * 1024;

/** All pieces in one; the pieces may be reused meanwhile. */
export async function readWhole(content: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const whole = new Uint8Array(sizeBytes);
  let offset = 0;
  for await (const piece of content) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** Stores the files of a stream: small ones in the background, if they aren't there; a large one while it comes in. Disposing waits for what is under way. */
export class FileUploads implements AsyncDisposable {
  readonly #blobs: BlobService;
  readonly #options: CallOptions;
  readonly #onPiece: (() => void) | undefined;
  readonly #small: SmallBlobUploads;
  #largeBytes = 0;
  #underWayBytes = 0;

  /** `onPiece` is called while a large file comes in. */
  constructor(blobs: BlobService, options: CallOptions, onPiece?: () => void) {
    this.#blobs = blobs;
    this.#options = options;
    this.#onPiece = onPiece;
    this.#small = new SmallBlobUploads(blobs, options);
  }

  /** How much has come in of the large file that is coming in. */
  get underWayBytes(): number {
    return this.#underWayBytes;
  }

  /** How many bytes went to the store. */
  get uploadedBytes(): number {
    return this.#largeBytes + this.#small.sentBytes;
  }

  /** Resolves when `content` was read. */
  async add(content: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<B3Digest> {
    if (sizeBytes <= smallFileBytes) return await this.#small.add(await readWhole(content, sizeBytes));
    await using writer = await this.#blobs.openWrite(this.#options);
    for await (const piece of content) {
      this.#options.signal?.throwIfAborted();
      await writer.write(piece);
      this.#underWayBytes += piece.length;
      this.#onPiece?.();
    }
    this.#underWayBytes = 0;
    const digest = await writer.close();
    this.#largeBytes += sizeBytes;
    return digest;
  }

  /** Resolves when everything is stored. */
  async finish(): Promise<void> {
    await this.#small.finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#small.finish().catch(() => undefined);
  }
}
