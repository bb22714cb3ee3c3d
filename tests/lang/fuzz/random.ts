/** Numbers that look random and are the same from the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** Fewer than `limit` results, perhaps none. */
  some<Item>(limit: number, make: (index: number) => Item): Item[] {
    return Array.from({ length: this.below(limit) }, (_, index) => make(index));
  }

  /** Several picks without a repetition. */
  subset<Item>(items: readonly Item[], limit: number): Item[] {
    return [...new Set(this.some(limit, () => this.pick(items)))];
  }
}
