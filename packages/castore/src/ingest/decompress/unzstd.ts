import { createZstdDecompress } from "node:zlib";
import { through } from "./through.ts";

/** Remembers what a transform has been given and not yet used. */
class UnusedInput {
  #pieces: Uint8Array[] = [];
  #given = 0;

  add(piece: Uint8Array, usedBytes: number): void {
    this.#pieces.push(piece);
    this.#given += piece.length;
    this.#pieces = this.after(usedBytes);
  }

  after(usedBytes: number): Uint8Array[] {
    let unused = this.#given - usedBytes;
    const pieces: Uint8Array[] = [];
    for (const piece of this.#pieces.toReversed()) {
      if (unused <= 0) break;
      pieces.unshift(piece.subarray(Math.max(0, piece.length - unused)));
      unused -= piece.length;
    }
    return pieces;
  }
}

/** Any number of frames one after the other, as parallel compressors write them. Node itself stops after the first. */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = source[Symbol.asyncIterator]();
  let rest: Uint8Array[] = [];
  let isFirst = true;
  try {
    while (isFirst || rest.length > 0) {
      isFirst = false;
      const frame = createZstdDecompress();
      const unused = new UnusedInput();
      let reading: Promise<unknown> = Promise.resolve();
      const read = async () => {
        const next = await pieces.next();
        if (!next.done) unused.add(next.value, frame.bytesWritten);
        return next;
      };
      const before = rest;
      for (const piece of before) unused.add(piece, 0);
      async function* input() {
        yield* before;
        while (true) {
          const next = read();
          reading = next;
          const { done, value } = await next;
          if (done) return;
          yield value;
        }
      }
      yield* through(input(), frame);
      // What was being read when the frame ended belongs to the next.
      await reading;
      rest = unused.after(frame.bytesWritten);
    }
  } finally {
    await pieces.return?.();
  }
}
