const nothing = new Uint8Array(0);

/** Hands out a stream that is cut anywhere in pieces of the lengths that a format asks for. */
export class ByteSource {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = nothing;
  #position = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** How many bytes were taken. */
  get position(): number {
    return this.#position;
  }

  /** That many bytes in one piece; fewer only if the stream ends before. */
  async take(length: number): Promise<Uint8Array> {
    const first = await this.#some(length);
    if (first.length === length || first.length === 0) return first;
    const taken = new Uint8Array(length);
    taken.set(first);
    let filled = first.length;
    while (filled < length) {
      const piece = await this.#some(length - filled);
      if (piece.length === 0) return taken.subarray(0, filled);
      taken.set(piece, filled);
      filled += piece.length;
    }
    return taken;
  }

  /** That many bytes as they come; fewer only if the stream ends before. */
  async *pieces(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0; ) {
      const piece = await this.#some(left);
      if (piece.length === 0) return;
      left -= piece.length;
      yield piece;
    }
  }

  /** Passes over that many bytes; answers whether they were there. */
  async skip(length: number): Promise<boolean> {
    for (let left = length; left > 0; ) {
      const piece = await this.#some(left);
      if (piece.length === 0) return false;
      left -= piece.length;
    }
    return true;
  }

  /** What comes before the next `end`, which is passed over; `undefined` if there is none within `longest` bytes. */
  async takeUntil(end: number, longest: number): Promise<Uint8Array | undefined> {
    let taken: Uint8Array = nothing;
    while (taken.length <= longest && (await this.#fill())) {
      const at = this.#piece.indexOf(end);
      const some = this.#cut(at < 0 ? this.#piece.length : at + 1);
      taken = taken.length === 0 ? some : new Uint8Array(Buffer.concat([taken, some]));
      if (at >= 0) return taken.length <= longest + 1 ? taken.subarray(0, -1) : undefined;
    }
    return undefined;
  }

  /** Tells the stream that no more is wanted. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
  }

  /** Whether there is anything left. */
  async #fill(): Promise<boolean> {
    while (this.#piece.length === 0) {
      if (this.#ended) return false;
      const next = await this.#source.next();
      if (next.done) this.#ended = true;
      else this.#piece = next.value;
    }
    return true;
  }

  #cut(most: number): Uint8Array {
    const some = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(some.length);
    this.#position += some.length;
    return some;
  }

  /** From 1 byte to that many; none at the end of the stream. */
  async #some(most: number): Promise<Uint8Array> {
    if (this.#piece.length === 0 && !(await this.#fill())) return nothing;
    return this.#cut(most);
  }
}
