import { type Compression, decompress as decompressAny, decompressAs } from "@tvix-mesh/castore";
import { HttpError } from "./http-status.ts";

const compressions = new Map<string, Compression>([
  ["gz", "gzip"],
  ["zst", "zstd"],
  ["br", "brotli"],
  ["xz", "xz"],
  ["bz2", "bzip2"],
]);

/**
 * What `source` holds, by the suffix that Nix names its compression with. Nix gives gzip none of its own, so what has no
 * suffix is looked at. 415 if the suffix isn't one of ours.
 */
export function decompress(source: AsyncIterable<Uint8Array>, suffix: string): AsyncIterable<Uint8Array> {
  if (suffix === "") return decompressAny(source);
  const compression = compressions.get(suffix);
  if (!compression) {
    const known = [...compressions.keys()].join(", ");
    throw new HttpError(415, `Cannot decompress upload: .${suffix} isn't none, ${known}`);
  }
  return decompressAs(source, compression);
}
