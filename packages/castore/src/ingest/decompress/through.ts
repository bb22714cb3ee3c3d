import { pipeline, Readable, type Transform } from "node:stream";

/** What comes out of a transform that `source` is written to. A failure of either shows to the reader. */
export async function* through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Uint8Array, void, undefined> {
  pipeline(Readable.from(source, { objectMode: false }), transform, () => undefined);
  for await (const piece of transform) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
}
