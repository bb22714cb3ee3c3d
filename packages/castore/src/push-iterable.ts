/** An iterable that one side pushes into and one other side iterates. A push waits until its value has been taken. */
export class PushIterable<Value> implements AsyncIterable<Value> {
  #offered: { readonly value: Value; taken(): void; refused(error: unknown): void } | undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** One at a time. Rejects if the other side has failed. */
  push(value: Value): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    return new Promise((taken, refused) => {
      this.#offered = { value, taken, refused };
      this.#wake();
    });
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Ends the iteration and lets the present push and all later ones fail. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#offered?.refused(error);
    this.#offered = undefined;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    for (;;) {
      if (this.#failure) return;
      const offered = this.#offered;
      if (offered) {
        this.#offered = undefined;
        offered.taken();
        yield offered.value;
      } else if (this.#ended) return;
      else
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
    }
  }
}
