import { pipeline, Readable, type Transform } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib";
import { ServiceError } from "@tvix-mesh/service";
import xz from "xz-decompress";
import { HttpError } from "./http-status.ts";

type Bytes = AsyncIterable<Uint8Array>;
type Decompressor = (source: Bytes) => Bytes;

function through(createTransform: () => Transform): Decompressor {
  return (source) => {
    const transform = createTransform();
    // The failure shows to whoever reads the transform.
    pipeline(Readable.from(source), transform, () => undefined);
    return transform;
  };
}

const gzipMagic = [0x1f, 0x8b];

const gunzip = through(createGunzip);

/** Nix gives gzip no suffix of its own, so what has none is looked at. */
async function* gunzipIfGzip(source: Bytes): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let head: Uint8Array = new Uint8Array();
    while (head.length < gzipMagic.length) {
      const next = await iterator.next();
      if (next.done) break;
      head = new Uint8Array(Buffer.concat([head, next.value]));
    }
    async function* whole() {
      yield head;
      yield* { [Symbol.asyncIterator]: () => iterator };
    }
    yield* gzipMagic.every((byte, index) => head[index] === byte) ? gunzip(whole()) : whole();
  } finally {
    await iterator.return?.();
  }
}

function unxz(source: Bytes): Bytes {
  return new xz.XzReadableStream(ReadableStream.from(source) as never) as unknown as Bytes;
}

const decompressors = new Map<string, Decompressor>([
  ["", gunzipIfGzip],
  ["gz", gunzip],
  ["zst", through(createZstdDecompress)],
  ["br", through(createBrotliDecompress)],
  ["xz", unxz],
]);

async function* failingAsBadRequest(pieces: Bytes, suffix: string, hasSourceFailed: () => boolean): Bytes {
  try {
    yield* pieces;
  } catch (cause) {
    if (hasSourceFailed()) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("invalid-argument", `Cannot decompress upload (${suffix || "no suffix"}): ${reason}`, {
      cause,
    });
  }
}

/** What `source` holds, by the suffix that Nix names its compression with. 415 if that isn't one of ours. */
export function decompress(source: Bytes, suffix: string): Bytes {
  const decompressor = decompressors.get(suffix);
  if (!decompressor) {
    const known = [...decompressors.keys()].filter((name) => name !== "").join(", ");
    throw new HttpError(415, `Cannot decompress upload: .${suffix} isn't none, ${known}`);
  }
  let sourceFailed = false;
  async function* watched() {
    try {
      yield* source;
    } catch (error) {
      sourceFailed = true;
      throw error;
    }
  }
  return failingAsBadRequest(decompressor(watched()), suffix, () => sourceFailed);
}
