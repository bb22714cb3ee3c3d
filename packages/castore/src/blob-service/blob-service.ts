import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";

/** A part of a blob: `offset` and `length` in bytes; without `length`, to the end. */
export interface ByteRange {
  readonly offset: number;
  readonly length?: number | undefined;
}

/** A chunk of a blob. */
export interface ChunkMeta {
  readonly digest: B3Digest;
  readonly sizeBytes: number;
}

/** A blob that is there. Ranges may be read any number of times, side by side. */
export interface BlobReader {
  readonly sizeBytes: number;
  /**
   * The bytes of the range (all, if none is given), in pieces of any length but none empty.
   * `out-of-range` if it doesn't lie within the blob; `data-loss` if what is stored doesn't match its digest.
   */
  read(range?: ByteRange, options?: CallOptions): AsyncIterable<Uint8Array>;
}

/** A blob in the making. Disposing without `close` discards it. */
export interface BlobWriter extends AsyncDisposable {
  /** Appends; resolves when more may be written. The bytes may be reused by the caller afterwards. */
  write(data: Uint8Array): Promise<void>;
  /** Makes the blob visible and durable. Calling it again answers the same digest. */
  close(): Promise<B3Digest>;
}

/** What a caller may say when it opens a blob. */
export interface OpenReadOptions extends CallOptions {
  /** The size that the caller was told, by a directory for example. Saves a remote a round trip; it isn't checked. */
  readonly expectedSizeBytes?: number | undefined;
}

/**
 * Many small blobs, or chunks, at once. Optional for a service: who has many calls `hasBlobs`, `readBlobs` and
 * `putBlobs`, which do one by one what a service doesn't offer. A combinator that is built by spreading another
 * service must answer these three itself or set them to `undefined`.
 */
export interface BlobBatches {
  /** Whether each is there, in the order of `digests`. */
  hasMany(digests: readonly B3Digest[], options?: CallOptions): Promise<readonly boolean[]>;
  /** The contents, in the order of `digests`; `undefined` for one that isn't there. `out-of-range` if one is longer than 1 MiB. */
  readMany(digests: readonly B3Digest[], options?: CallOptions): AsyncIterable<Uint8Array | undefined>;
  /**
   * Stores blobs, each whole, as they come. The digests of a batch are answered once it is durable, in the order of
   * the batches; several may be under way at once. The bytes must not change until then.
   */
  putMany(batches: AsyncIterable<readonly Uint8Array[]>, options?: CallOptions): AsyncIterable<readonly B3Digest[]>;
}

/** Methods each of which may be missing. */
type Offered<Methods> = { readonly [Name in keyof Methods]?: Methods[Name] | undefined };

/** Keeps blobs, named by their BLAKE3 digest, and the chunks they consist of. */
export interface BlobService extends Offered<BlobBatches> {
  /** Whether there is a blob or a chunk of that digest. The empty blob always is. */
  has(digest: B3Digest, options?: CallOptions): Promise<boolean>;
  /** A reader of that blob or chunk; `undefined` if there is neither. */
  openRead(digest: B3Digest, options?: OpenReadOptions): Promise<BlobReader | undefined>;
  openWrite(options?: CallOptions): Promise<BlobWriter>;
  /**
   * What proves any part of the blob, as `Outboard.parse` takes it; `undefined` if there is no such blob, or nothing is
   * known that proves it. Optional: who needs one calls `outboardOf`, which makes it by reading the blob.
   */
  readonly outboard?: ((digest: B3Digest, options?: CallOptions) => Promise<Uint8Array | undefined>) | undefined;
  /**
   * The digests of all blobs and chunks that are kept, blobs of several chunks before what is one chunk; some may come
   * twice. Optional: a remote can't tell.
   */
  readonly list?: ((options?: CallOptions) => AsyncIterable<B3Digest>) | undefined;
  /** The chunks in order; empty if it is there without finer chunks; `undefined` if it isn't there. */
  chunks(digest: B3Digest, options?: CallOptions): Promise<readonly ChunkMeta[] | undefined>;
}
