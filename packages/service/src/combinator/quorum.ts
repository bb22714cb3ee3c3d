import type { CallOptions } from "../call-options.ts";
import type { Report } from "../composition/backend.ts";
import { ServiceError } from "../service-error.ts";
import { reportFailure } from "./first-answer.ts";
import { requireWorthAskingAnother } from "./require-worth-asking-another.ts";

/**
 * The results of those that succeeded, once all have ended, in order. If fewer than `quorum` did, throws what failed
 * first; else reports what failed. `action` is the "Cannot verb object" part of the message.
 */
export async function reachQuorum<Result>(
  action: string,
  quorum: number,
  calls: readonly Promise<Result>[],
  report: Report,
  options?: CallOptions,
): Promise<readonly Result[]> {
  const outcomes = await Promise.allSettled(calls);
  const results = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  const [first] = failures;
  if (results.length >= quorum) {
    for (const failure of failures) reportFailure(report, "enough other parts took it", failure);
    return results;
  }
  // The caller's own fault says more than that of a part that is down.
  for (const failure of failures) requireWorthAskingAnother(failure, options?.signal);
  if (failures.length === calls.length || !ServiceError.is(first)) throw first;
  const message = `${action}: ${results.length} of ${calls.length} parts took it, not ${quorum} (${first.message})`;
  throw new ServiceError(first.code, message, { cause: first });
}
