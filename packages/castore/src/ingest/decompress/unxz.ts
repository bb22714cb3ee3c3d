import { ReadableStream } from "node:stream/web";
import { ServiceError } from "@tvix-mesh/service";
import xz from "xz-decompress";

/** The library tells of failures by number. */
const unsupportedOptions = /error code 6$/;

/** Any number of streams one after the other. `unimplemented` for filters of programs and for SHA-256 as a check. */
export async function* unxz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* new xz.XzReadableStream(ReadableStream.from(source) as never) as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (!unsupportedOptions.test((cause as Error).message)) throw cause;
    const reason = "only LZMA2 without other filters, checked by nothing, CRC32 or CRC64, is supported";
    throw new ServiceError("unimplemented", `Cannot decompress xz data: ${reason}`, { cause });
  }
}
