/** What is taken from the queue; given back by disposing. */
export interface BuildSlot extends Disposable {}

interface Waiter {
  readonly memoryBytes: bigint;
  start(): void;
}

/**
 * Lets at most `maxJobs` builds run side by side, as long as the memory that they ask for fits into `memoryBytes`
 * together. First come, first served: a build that needs much memory isn't overtaken by small ones.
 */
export class BuildQueue {
  readonly #waiters: Waiter[] = [];
  #freeJobs: number;
  #freeMemoryBytes: bigint;

  constructor(options: { readonly maxJobs: number; readonly memoryBytes: bigint }) {
    this.#freeJobs = options.maxJobs;
    this.#freeMemoryBytes = options.memoryBytes;
  }

  /** Resolves when it is this build's turn. Rejects with the signal's reason if it is aborted before. */
  async enter(memoryBytes: bigint, signal: AbortSignal | undefined): Promise<BuildSlot> {
    signal?.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { memoryBytes, start: resolve };
    this.#waiters.push(waiter);
    this.#startNext();
    const abandoned = Promise.withResolvers<never>();
    const abandon = () => {
      const index = this.#waiters.indexOf(waiter);
      if (index < 0) return;
      this.#waiters.splice(index, 1);
      this.#startNext();
      abandoned.reject(signal?.reason);
    };
    signal?.addEventListener("abort", abandon, { once: true });
    try {
      await Promise.race([promise, abandoned.promise]);
    } finally {
      signal?.removeEventListener("abort", abandon);
    }
    return this.#slot(memoryBytes);
  }

  #slot(memoryBytes: bigint): BuildSlot {
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#freeJobs += 1;
        this.#freeMemoryBytes += memoryBytes;
        this.#startNext();
      },
    };
  }

  #startNext(): void {
    for (let next = this.#waiters[0]; next; next = this.#waiters[0]) {
      if (this.#freeJobs === 0 || next.memoryBytes > this.#freeMemoryBytes) return;
      this.#freeJobs -= 1;
      this.#freeMemoryBytes -= next.memoryBytes;
      this.#waiters.shift();
      next.start();
    }
  }
}
