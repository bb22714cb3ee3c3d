/** Why an evaluation has to end before its program does. Byte strings. */
export interface ReachedLimit {
  readonly kind: "time-limit" | "memory-limit";
  readonly message: string;
}

/** What an evaluator's owner grants an evaluation. */
export interface LimitWatch {
  /** Asked every few thousand calls, and before `neededBytes` are taken at once. Undefined if the evaluation may go on. */
  reached(neededBytes: number): ReachedLimit | undefined;
}

/** Unlimited. */
export const noWatch: LimitWatch = { reached: () => undefined };

/** An allocation that is worth asking for. */
export const largeAllocationBytes = 2 ** 24;

/** Rarely enough to cost nothing, often enough to be heard within milliseconds. */
export const callsBetweenLooks = 16_384;
