import { type Compression, decompressAs } from "@tvix-mesh/castore";
import { ServiceError } from "@tvix-mesh/service";

const compressions = new Map<string, Compression>([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "zlib"],
  ["br", "brotli"],
  ["zstd", "zstd"],
]);

/** Undoes a Content-Encoding. */
export function decodeContent(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncIterable<Uint8Array> {
  if (encoding === undefined || encoding === "" || encoding === "identity") return body;
  const compression = compressions.get(encoding);
  if (!compression)
    throw new ServiceError("failed-precondition", `Cannot decode download: unknown content encoding "${encoding}"`);
  return decompressAs(body, compression);
}
