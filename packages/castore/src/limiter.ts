/** Lets at most so many pieces of work run at once. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();

  constructor(parallel: number) {
    this.#free = parallel;
  }

  /** Resolves once `work` has begun, to an object with its result: a bare promise would be awaited by the caller. */
  async start<Result>(work: () => Promise<Result>): Promise<{ readonly result: Promise<Result> }> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const result = work().finally(() => {
      this.#running.delete(result);
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    });
    this.#running.add(result);
    // Who wants the result handles its failure; until then it is no unhandled one.
    result.catch(() => undefined);
    return { result };
  }

  /** Resolves once nothing runs any more, whether it succeeded or not. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
