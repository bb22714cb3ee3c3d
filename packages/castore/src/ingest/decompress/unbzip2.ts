import { ServiceError } from "@tvix-mesh/service";
import createUnbzip2 from "unbzip2-stream";

/** The library holds back nearly a megabyte and decompresses it at once, which may come to anything. */
const maxHeldBytes = 64 * 1024 * 1024;
const sliceBytes = 4096;

/** Decompresses as it is written to, in this thread and at once, so that what isn't read yet stays little. */
export async function* unbzip2(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createUnbzip2();
  let ready: Uint8Array[] = [];
  let heldBytes = 0;
  let failure: unknown;
  stream.on("error", (error) => {
    failure ??= error;
  });
  stream.on("data", (piece: Buffer) => {
    heldBytes += piece.length;
    if (heldBytes > maxHeldBytes)
      throw new ServiceError("resource-exhausted", "Cannot decompress bzip2 data: it expands too much");
    ready.push(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
  });
  const take = () => {
    if (failure !== undefined) throw failure;
    const taken = ready;
    ready = [];
    heldBytes = 0;
    return taken;
  };
  for await (const piece of source)
    for (let start = 0; start < piece.length; start += sliceBytes) {
      stream.write(piece.subarray(start, start + sliceBytes));
      yield* take();
    }
  stream.end();
  yield* take();
}
