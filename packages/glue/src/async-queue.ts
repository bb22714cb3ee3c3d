/** Items pushed by one side, awaited by the other, in order. */
export class AsyncQueue<Item> {
  readonly #items: Item[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake = () => {};

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  /** No more items; `error`, if given, is thrown once those pushed before have been taken. */
  end(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    while (true) {
      while (this.#items.length > 0) yield this.#items.shift() as Item;
      if (this.#end) {
        if ("error" in this.#end) throw this.#end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
