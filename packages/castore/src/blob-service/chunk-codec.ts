import { promisify } from "node:util";
import { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from "node:zlib";

/** Below this, handing the work to another thread costs more than doing it. */
const inPlaceBytes = 16 * 1024;
/** No chunk unpacks to more. Guards against objects that are small but unpack to gigabytes. */
const largestChunkBytes = 16 * 1024 * 1024;

const compressElsewhere = promisify(zstdCompress);
const decompressElsewhere = promisify(zstdDecompress);

/** zstd of a chunk, as it is stored. */
export async function compressChunk(chunk: Uint8Array): Promise<Uint8Array> {
  // Knowing the size, zstd takes tables that fit it, which halves the time for small chunks.
  const options = { pledgedSrcSize: chunk.length };
  return chunk.length <= inPlaceBytes ? zstdCompressSync(chunk, options) : compressElsewhere(chunk, options);
}

/** Rejects if it isn't zstd or unpacks to more than 16 MiB. */
export async function decompressChunk(bytes: Uint8Array): Promise<Uint8Array> {
  const options = { maxOutputLength: largestChunkBytes };
  const chunk =
    bytes.length <= inPlaceBytes ? zstdDecompressSync(bytes, options) : await decompressElsewhere(bytes, options);
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
