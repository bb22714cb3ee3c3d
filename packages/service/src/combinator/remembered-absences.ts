const mostRemembered = 100_000;

/** What a far service said isn't there, believed for a bounded time and forgotten as soon as it is stored. */
export class RememberedAbsences {
  readonly #forMs: number;
  readonly #now: () => number;
  /** When each was said to be absent, oldest first. */
  readonly #since = new Map<string, number>();

  constructor(forMs: number, now: () => number = Date.now) {
    this.#forMs = forMs;
    this.#now = now;
  }

  has(key: string): boolean {
    const since = this.#since.get(key);
    if (since === undefined) return false;
    if (this.#now() - since < this.#forMs) return true;
    this.#since.delete(key);
    return false;
  }

  add(key: string): void {
    if (this.#forMs === 0) return;
    this.#since.delete(key);
    this.#since.set(key, this.#now());
    const [oldest] = this.#since.keys();
    if (this.#since.size > mostRemembered && oldest !== undefined) this.#since.delete(oldest);
  }

  delete(key: string): void {
    this.#since.delete(key);
  }
}
