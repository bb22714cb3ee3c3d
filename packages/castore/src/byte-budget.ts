/** Shares out a number of bytes of memory among pieces of work, first come, first served. */
export class ByteBudget {
  #freeBytes: number;
  readonly #totalBytes: number;
  readonly #waiting: { readonly bytes: number; resolve(): void }[] = [];

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
    this.#freeBytes = totalBytes;
  }

  /** Resolves once `bytes` are free, or all, if there never are as many. Disposing gives them back. */
  async take(bytes: number): Promise<Disposable> {
    const taken = Math.min(bytes, this.#totalBytes);
    if (this.#waiting.length > 0 || taken > this.#freeBytes)
      await new Promise<void>((resolve) => this.#waiting.push({ bytes: taken, resolve }));
    else this.#freeBytes -= taken;
    return { [Symbol.dispose]: () => this.#giveBack(taken) };
  }

  #giveBack(bytes: number): void {
    this.#freeBytes += bytes;
    for (let next = this.#waiting[0]; next && next.bytes <= this.#freeBytes; next = this.#waiting[0]) {
      this.#freeBytes -= next.bytes;
      this.#waiting.shift();
      next.resolve();
    }
  }
}
