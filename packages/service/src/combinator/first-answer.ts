import type { CallOptions } from "../call-options.ts";
import type { Report } from "../composition/backend.ts";
import { requireWorthAskingAnother } from "./require-worth-asking-another.ts";

/** By the indices of those that failed. By default, none may. */
export type IsConclusive = (failed: readonly number[]) => boolean;

export interface FirstAnswerOptions extends CallOptions {
  /** Whether there is nothing for certain, when those with these indices failed and all others have nothing. */
  readonly isConclusive?: IsConclusive | undefined;
}

/**
 * Asks one after the other until one answers with something; `undefined` if all of them have nothing. A failure is
 * reported where a later one has the answer, and thrown where none has: what failed may have it.
 */
export async function firstAnswer<Answer>(
  asks: readonly (() => Promise<Answer | undefined>)[],
  report: Report,
  options?: FirstAnswerOptions,
): Promise<Answer | undefined> {
  const failures = new Map<number, unknown>();
  for (const [index, ask] of asks.entries()) {
    try {
      const answer = await ask();
      if (answer === undefined) continue;
      for (const failure of failures.values()) reportFailure(report, "another part answered instead", failure);
      return answer;
    } catch (error) {
      requireWorthAskingAnother(error, options?.signal);
      failures.set(index, error);
    }
  }
  throwUnlessConclusive(failures, report, options?.isConclusive);
  return undefined;
}

/** Tells of a failure that was got over. */
export function reportFailure(report: Report, outcome: string, failure: unknown): void {
  report(`${failure instanceof Error ? failure.message : String(failure)}; ${outcome}`);
}

/** Throws the first of the `failures`, by index, unless there is nothing for certain in spite of them. */
export function throwUnlessConclusive(
  failures: ReadonlyMap<number, unknown>,
  report: Report,
  isConclusive: IsConclusive = (failed) => failed.length === 0,
): void {
  const [first] = failures.values();
  if (!isConclusive([...failures.keys()])) throw first;
  for (const failure of failures.values()) reportFailure(report, "enough other parts answered", failure);
}
