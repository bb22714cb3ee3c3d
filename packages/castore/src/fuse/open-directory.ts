import type { NamedNode } from "../node.ts";

/** A directory that is being listed. What comes in a stream is kept until it is closed, as readers may go back. */
export class OpenDirectory {
  #entries: NamedNode[] | readonly NamedNode[] = [];
  #more: AsyncIterator<NamedNode> | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(entries: readonly NamedNode[] | AsyncIterable<NamedNode>) {
    if (Symbol.asyncIterator in entries) this.#more = entries[Symbol.asyncIterator]();
    else this.#entries = entries;
  }

  /** Those from `index` on that have come already; none at the end. */
  async from(index: number, atLeast: number): Promise<readonly NamedNode[]> {
    if (this.#more) {
      this.#reading = this.#reading.then(() => this.#readTo(index + atLeast));
      await this.#reading;
    }
    return this.#entries.slice(index, index + atLeast);
  }

  async #readTo(count: number): Promise<void> {
    const arriving = this.#entries as NamedNode[];
    while (this.#more && arriving.length < count) {
      const next = await this.#more.next();
      if (next.done) this.#more = undefined;
      else arriving.push(next.value);
    }
  }

  close(): void {
    const more = this.#more;
    this.#more = undefined;
    void more?.return?.().catch(() => undefined);
  }
}
