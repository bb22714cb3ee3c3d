import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { ServiceError } from "@tvix-mesh/service";
import { through } from "./through.ts";

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Undoes a Content-Encoding. */
export function decodeContent(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncIterable<Uint8Array> {
  if (encoding === undefined || encoding === "" || encoding === "identity") return body;
  const decoder = decoders[encoding];
  if (!decoder)
    throw new ServiceError("failed-precondition", `Cannot decode download: unknown content encoding "${encoding}"`);
  return through(body, decoder());
}
