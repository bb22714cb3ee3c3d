const MAX_ROUNDS_AT_ONE_PLACE = 2;
/** Patterns with more combinations than this allow fewer empty rounds: what they match stays the same. */
const MAX_COMBINATIONS = 256;

/** The combinations of how often each repeat has come round at the present place; combination 0 is "none at all". */
export class EmptyRounds {
  readonly #combinations: (readonly number[])[];
  readonly #indexes = new Map<string, number>();
  readonly #successors: Int32Array[];
  readonly #repeatCount: number;

  constructor(repeatCount: number) {
    this.#repeatCount = repeatCount;
    const none = new Array<number>(repeatCount).fill(0);
    this.#combinations = [none];
    this.#indexes.set(none.join(""), 0);
    this.#successors = [new Int32Array(repeatCount)];
  }

  /** The combination with one more round of `repeat`, or -1 if it may not come round here again. */
  advance(combination: number, repeat: number): number {
    const successors = this.#successors[combination];
    if (successors === undefined) return -1;
    // 0 stands for "not computed": combination 0 is nobody's successor.
    const known = successors[repeat] ?? -1;
    if (known !== 0) return known;
    const successor = this.#findSuccessor(this.#combinations[combination] ?? [], repeat);
    successors[repeat] = successor;
    return successor;
  }

  #findSuccessor(rounds: readonly number[], repeat: number): number {
    const count = rounds[repeat] ?? MAX_ROUNDS_AT_ONE_PLACE;
    if (count >= MAX_ROUNDS_AT_ONE_PLACE) return -1;
    const advanced = rounds.with(repeat, count + 1);
    const key = advanced.join("");
    const existing = this.#indexes.get(key);
    if (existing !== undefined) return existing;
    if (this.#combinations.length === MAX_COMBINATIONS) return -1;
    const index = this.#combinations.push(advanced) - 1;
    this.#indexes.set(key, index);
    this.#successors.push(new Int32Array(this.#repeatCount));
    return index;
  }
}
