import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { ServiceError } from "@tvix-mesh/service";
import { through } from "./through.ts";
import { unbzip2 } from "./unbzip2.ts";
import { unxz } from "./unxz.ts";
import { unzstd } from "./unzstd.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** What bytes can be compressed with; `zlib` is what HTTP calls deflate. */
export type Compression = "brotli" | "bzip2" | "gzip" | "xz" | "zlib" | "zstd";

const decompressors: Readonly<Record<Compression, (source: Bytes) => Bytes>> = {
  brotli: (source) => through(source, createBrotliDecompress()),
  bzip2: unbzip2,
  gzip: (source) => through(source, createGunzip()),
  xz: unxz,
  zlib: (source) => through(source, createInflate()),
  zstd: unzstd,
};

/**
 * What `source` holds, which is compressed in the way that is named. `invalid-argument` if it isn't, in words of ours:
 * each library has its own. A failure of `source` itself stays as it is.
 */
export async function* decompressAs(
  source: Bytes,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, undefined> {
  let failure: { readonly cause: unknown } | undefined;
  const pieces = source[Symbol.asyncIterator]();
  // What a transform fails with is thrown into its source; only what comes out of reading is the source's own failure.
  const read = async () => {
    try {
      return await pieces.next();
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  };
  async function* watched() {
    try {
      for (let next = await read(); !next.done; next = await read()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  try {
    yield* decompressors[compression](watched());
  } catch (cause) {
    if (failure) throw failure.cause;
    if (ServiceError.is(cause)) throw cause;
    const reason = `Cannot decompress ${compression} data: it is damaged or cut off`;
    throw new ServiceError("invalid-argument", reason, { cause });
  }
}
