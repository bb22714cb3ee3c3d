import { FormatError } from "../format-error.ts";

const nothing = new Uint8Array(0);

/**
 * Reads pieces of known length from a stream that is cut anywhere. What is available is read without waiting;
 * `fill` waits for more.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #what: string;
  #piece: Uint8Array = nothing;
  #offset = 0;
  #position = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>, what: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#what = what;
  }

  /** How many bytes were taken. */
  get position(): number {
    return this.#position;
  }

  get available(): number {
    return this.#piece.length - this.#offset;
  }

  error(reason: string): FormatError {
    return new FormatError(`Cannot read ${this.#what} at byte ${this.#position}: ${reason}`);
  }

  /** Makes so many bytes available in one piece, so it is for short ones. Throws if the stream ends before. */
  async fill(length: number): Promise<void> {
    if (this.available >= length) return;
    const pieces = [this.#piece.subarray(this.#offset)];
    let total = this.available;
    while (total < length) {
      const piece = await this.#next();
      if (piece === undefined) throw this.error(`it ends ${length - total} bytes too early`);
      pieces.push(piece);
      total += piece.length;
    }
    this.#piece = pieces[0]!.length === 0 && pieces.length === 2 ? pieces[1]! : new Uint8Array(Buffer.concat(pieces));
    this.#offset = 0;
  }

  /** A view of available bytes. */
  take(length: number): Uint8Array {
    const taken = this.#piece.subarray(this.#offset, this.#offset + length);
    this.#offset += length;
    this.#position += length;
    return taken;
  }

  /** Looks at an available byte. */
  peek(index: number): number {
    return this.#piece[this.#offset + index]!;
  }

  /** An unsigned 64-bit number, little-endian, whose 8 bytes are available; it isn't taken. Inexact above 2^53. */
  peekUint64(): number {
    const piece = this.#piece;
    const at = this.#offset;
    const low = piece[at]! + piece[at + 1]! * 0x100 + piece[at + 2]! * 0x1_0000 + piece[at + 3]! * 0x100_0000;
    const high = piece[at + 4]! + piece[at + 5]! * 0x100 + piece[at + 6]! * 0x1_0000 + piece[at + 7]! * 0x100_0000;
    return low + high * 0x1_0000_0000;
  }

  async isAtEnd(): Promise<boolean> {
    while (this.available === 0) {
      const piece = await this.#next();
      if (piece === undefined) return true;
      this.#piece = piece;
      this.#offset = 0;
    }
    return false;
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    const next = await this.#source.next();
    if (!next.done) return next.value;
    this.#ended = true;
    return undefined;
  }
}
