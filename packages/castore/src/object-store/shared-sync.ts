/** A way to make things durable that many may ask for: those who ask while it is at work share the next turn. */
export class SharedSync {
  readonly #sync: () => Promise<void>;
  #working: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /** Resolves after a turn that began after this call. */
  run(): Promise<void> {
    this.#next ??= this.#takeTurn();
    return this.#next;
  }

  async #takeTurn(): Promise<void> {
    await this.#working.catch(() => undefined);
    this.#next = undefined;
    this.#working = this.#sync();
    await this.#working;
  }
}
