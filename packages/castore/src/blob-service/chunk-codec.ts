import { promisify } from "node:util";
import { type ZstdOptions, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from "node:zlib";
import { decodeRawFrame, looksRandom, rawFrameParts } from "./raw-zstd-frame.ts";

/** Below this, handing the work to another thread costs more than doing it. */
const inPlaceBytes = 16 * 1024;
/** No chunk unpacks to more. Guards against objects that are small but unpack to gigabytes. */
const largestChunkBytes = 16 * 1024 * 1024;
/** What zlib takes as its piece of output where the size is unknown. */
const unknownBytes = 512 * 1024;

const compressElsewhere = promisify(
  zstdCompress as (
    input: Uint8Array,
    options: ZstdOptions,
    done: (error: Error | null, result: Buffer) => void,
  ) => void,
);
const decompressElsewhere = promisify(
  zstdDecompress as (
    input: Uint8Array,
    options: ZstdOptions,
    done: (error: Error | null, result: Buffer) => void,
  ) => void,
);

/** The length that a zstd frame says that it unpacks to. Source: RFC 8878, section 3.1.1.1. */
function contentBytes(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 18 || view.getUint32(0, true) !== 0xfd2fb528) return undefined;
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? view.getUint8(at) : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}

/** What one call needs, so that zlib neither comes back for more nor makes many small buffers. */
function bufferBytes(bytes: number): number {
  return Math.min(Math.max(bytes, 64), largestChunkBytes) + 64;
}

/**
 * zstd of a chunk, as it is stored, in parts. Of one that can't be packed, a frame with the bytes as they are, the large
 * parts of which are views of the chunk.
 */
export async function compressChunk(chunk: Uint8Array): Promise<readonly Uint8Array[]> {
  if (looksRandom(chunk)) return rawFrameParts(chunk);
  // Knowing the size, zstd takes tables that fit it, which halves the time for small chunks.
  const options = { pledgedSrcSize: chunk.length, chunkSize: bufferBytes(chunk.length + (chunk.length >> 8)) };
  return [chunk.length <= inPlaceBytes ? zstdCompressSync(chunk, options) : await compressElsewhere(chunk, options)];
}

/** Rejects if it isn't zstd or unpacks to more than 16 MiB. Takes over `bytes`: the chunk may lie in the same memory. */
export async function decompressChunk(bytes: Uint8Array): Promise<Uint8Array> {
  const raw = decodeRawFrame(bytes);
  if (raw) return raw;
  const sizeBytes = contentBytes(bytes) ?? unknownBytes;
  const options = { maxOutputLength: largestChunkBytes, chunkSize: bufferBytes(sizeBytes) };
  const chunk =
    sizeBytes <= inPlaceBytes ? zstdDecompressSync(bytes, options) : await decompressElsewhere(bytes, options);
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
