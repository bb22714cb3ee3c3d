import { ServiceError } from "@tvix-mesh/service";
import { type Compression, decompressAs } from "./decompress-as.ts";

interface Signature {
  readonly format: Compression | "zip";
  /** The first bytes; `undefined` is any. */
  readonly magic: readonly (number | undefined)[];
}

const bzip2 = [0x42, 0x5a, 0x68, undefined];

const signatures: readonly Signature[] = [
  { format: "gzip", magic: [0x1f, 0x8b] },
  // Its first three bytes alone may be those of a name, with which a tar archive begins.
  { format: "bzip2", magic: [...bzip2, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59] },
  { format: "bzip2", magic: [...bzip2, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90] },
  { format: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { format: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd] },
  // Parallel compressors begin with a frame that is to be skipped.
  ...Array.from({ length: 16 }, (_, index) => ({
    format: "zstd" as const,
    magic: [0x50 + index, 0x2a, 0x4d, 0x18],
  })),
  { format: "zip", magic: [0x50, 0x4b, 0x03, 0x04] },
];
const longestMagic = 10;

/** What `source` holds, by its first bytes: gzip, bzip2, xz or zstd; anything else is taken as it is. */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
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
    const format = signatures.find(({ magic }) =>
      magic.every((byte, index) => byte === undefined || head[index] === byte),
    )?.format;
    if (format === "zip")
      throw new ServiceError("unimplemented", "Cannot unpack archive: zip files are not supported, tar files are");
    yield* format ? decompressAs(whole(), format) : whole();
  } finally {
    await iterator.return?.();
  }
}
