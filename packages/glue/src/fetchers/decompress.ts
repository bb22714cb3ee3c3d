import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { ServiceError } from "@tvix-mesh/service";
import createUnbzip2 from "unbzip2-stream";
import xz from "xz-decompress";
import { through } from "./through.ts";

type Bytes = AsyncIterable<Uint8Array>;

interface Compression {
  readonly magic: readonly number[];
  readonly decompress: (source: Bytes) => Bytes;
}

function unbzip2(source: Bytes): Bytes {
  const stream = createUnbzip2();
  Readable.from(source, { objectMode: false })
    .on("error", (error) => stream.emit("error", error))
    .pipe(stream);
  return new Readable().wrap(stream);
}

function unxz(source: Bytes): Bytes {
  return new xz.XzReadableStream(ReadableStream.from(source) as never) as unknown as Bytes;
}

function refuseZip(): Bytes {
  throw new ServiceError("unimplemented", "Cannot unpack archive: zip files are not supported, tar files are");
}

const compressions: readonly Compression[] = [
  { magic: [0x1f, 0x8b], decompress: (source) => through(source, createGunzip()) },
  { magic: [0x42, 0x5a, 0x68], decompress: unbzip2 },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], decompress: unxz },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], decompress: (source) => through(source, createZstdDecompress()) },
  { magic: [0x50, 0x4b, 0x03, 0x04], decompress: refuseZip },
];
const longestMagic = 6;

/** What `source` holds, by its first bytes: gzip, bzip2, xz or zstd; anything else is taken as it is. */
export async function* decompress(source: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let head = new Uint8Array();
    while (head.length < longestMagic) {
      const next = await iterator.next();
      if (next.done) break;
      head = new Uint8Array(Buffer.concat([head, next.value]));
    }
    async function* whole() {
      yield head;
      yield* { [Symbol.asyncIterator]: () => iterator };
    }
    const found = compressions.find(({ magic }) => magic.every((byte, index) => head[index] === byte));
    yield* found ? found.decompress(whole()) : whole();
  } finally {
    await iterator.return?.();
  }
}
