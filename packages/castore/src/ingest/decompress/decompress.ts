import { createGunzip } from "node:zlib";
import { ServiceError } from "@tvix-mesh/service";
import { through } from "./through.ts";
import { unbzip2 } from "./unbzip2.ts";
import { unxz } from "./unxz.ts";
import { unzstd } from "./unzstd.ts";

type Bytes = AsyncIterable<Uint8Array>;

interface Compression {
  readonly name: string;
  /** The first bytes; `undefined` is any. */
  readonly magic: readonly (number | undefined)[];
  readonly decompress: (source: Bytes) => Bytes;
}

function refuseZip(): Bytes {
  throw new ServiceError("unimplemented", "Cannot unpack archive: zip files are not supported, tar files are");
}

const bzip2 = [0x42, 0x5a, 0x68, undefined];

const compressions: readonly Compression[] = [
  { name: "gzip", magic: [0x1f, 0x8b], decompress: (source) => through(source, createGunzip()) },
  // Its first three bytes alone may be those of a name, with which a tar archive begins.
  { name: "bzip2", magic: [...bzip2, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], decompress: unbzip2 },
  { name: "bzip2", magic: [...bzip2, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90], decompress: unbzip2 },
  { name: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], decompress: unxz },
  { name: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd], decompress: unzstd },
  // Parallel compressors begin with a frame that is to be skipped.
  ...Array.from({ length: 16 }, (_, index) => ({
    name: "zstd",
    magic: [0x50 + index, 0x2a, 0x4d, 0x18],
    decompress: unzstd,
  })),
  { name: "zip", magic: [0x50, 0x4b, 0x03, 0x04], decompress: refuseZip },
];
const longestMagic = 10;

/** Libraries have words of their own for bytes that are not what they should be. */
async function* failingClearly(pieces: Bytes, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* pieces;
  } catch (cause) {
    if (ServiceError.is(cause)) throw cause;
    throw new ServiceError("invalid-argument", `Cannot decompress ${name} data: it is damaged or cut off`, { cause });
  }
}

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
    const found = compressions.find(({ magic }) =>
      magic.every((byte, index) => byte === undefined || head[index] === byte),
    );
    yield* found ? failingClearly(found.decompress(whole()), found.name) : whole();
  } finally {
    await iterator.return?.();
  }
}
