import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "./b3-digest.ts";
import { createB3Hasher, hashB3 } from "./b3-hasher.ts";
import type { BlobService } from "./blob-service/blob-service.ts";
import type { ByteBudget } from "./byte-budget.ts";
import type { FileStamp } from "./import-cache/file-stamp.ts";
import type { FileNode } from "./node.ts";
import { type RegularFile, useRegularFile } from "./read-regular-file.ts";

/** Files up to this size are held in memory while they are uploaded. */
const smallBytes = 1024 * 1024;
/** What a larger one takes meanwhile: the piece that is read, and the chunks that are being stored. */
const streamingBytes = 6 * 1024 * 1024;

/** A file's node, and how many of its bytes had to be uploaded. */
export interface ImportedFile {
  readonly node: FileNode;
  readonly uploadedBytes: number;
  /** When it was opened. */
  readonly stamp: FileStamp;
}

interface Stored {
  readonly digest: B3Digest;
  readonly sizeBytes: number;
  readonly uploadedBytes: number;
}

/** Called with the lengths of the pieces of a large file as they are read, each piece twice if it has to be uploaded. */
type OnPiece = (lengthBytes: number) => void;

async function upload(
  blobs: BlobService,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: CallOptions,
  onPiece?: OnPiece,
): Promise<Stored> {
  await using writer = await blobs.openWrite(options);
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.length;
    await writer.write(piece);
    onPiece?.(piece.length);
  }
  return { digest: await writer.close(), sizeBytes, uploadedBytes: sizeBytes };
}

async function storeSmall(file: RegularFile, blobs: BlobService, options: CallOptions): Promise<Stored> {
  const bytes = await file.readAll();
  const digest = hashB3(bytes);
  if (await blobs.has(digest, options)) return { digest, sizeBytes: bytes.length, uploadedBytes: 0 };
  return upload(blobs, [bytes], options);
}

/** Reads twice: what is there already need not be sent. */
async function storeLarge(
  file: RegularFile,
  blobs: BlobService,
  options: CallOptions,
  onPiece?: OnPiece,
): Promise<Stored> {
  using hasher = createB3Hasher();
  let sizeBytes = 0;
  for await (const piece of file.pieces()) {
    options.signal?.throwIfAborted();
    sizeBytes += piece.length;
    hasher.update(piece);
    onPiece?.(piece.length);
  }
  const digest = hasher.digest();
  if (await blobs.has(digest, options)) return { digest, sizeBytes, uploadedBytes: 0 };
  return upload(blobs, file.pieces(), options, onPiece);
}

/** Puts a regular file's contents into `blobs` unless they are there, within `memory`. */
export async function importFile(
  path: Uint8Array,
  blobs: BlobService,
  memory: ByteBudget,
  options: CallOptions,
  onPiece?: OnPiece,
): Promise<ImportedFile> {
  return useRegularFile(path, async (file) => {
    const isSmall = file.sizeBytes <= smallBytes;
    using _taken = await memory.take(isSmall ? file.sizeBytes : streamingBytes);
    options.signal?.throwIfAborted();
    const stored = await (isSmall ? storeSmall : storeLarge)(file, blobs, options, onPiece);
    const { digest, sizeBytes, uploadedBytes } = stored;
    const { stamp } = file;
    return {
      node: { kind: "file", digest, size: BigInt(sizeBytes), executable: stamp.executable },
      uploadedBytes,
      stamp,
    };
  });
}
