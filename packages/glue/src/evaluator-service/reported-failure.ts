import { errorCodes, failureCodes } from "@tvix-mesh/eval/diagnostic-codes";
import type { Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service/service-error";
import type { EvaluationDiagnostic } from "../evaluation/evaluation-job.ts";
import { diagnosticEvent, failureEvent, toDiagnostic } from "./events.ts";
import { Severity } from "./message-enums.ts";

/** A failure whose diagnostic has been sent already. */
export class ReportedFailure extends ServiceError {}

const limitCodes: readonly string[] = [errorCodes["time-limit"], errorCodes["memory-limit"]];

/** Tells how a program failed, and answers what the call then ends with. */
export function reportProgramFailure(
  name: string,
  diagnostic: EvaluationDiagnostic,
  emit: (event: Event) => void,
): ReportedFailure {
  emit(diagnosticEvent(toDiagnostic(diagnostic, Severity.ERROR)));
  if (limitCodes.includes(diagnostic.code)) return new ReportedFailure("resource-exhausted", diagnostic.message);
  return new ReportedFailure("failed-precondition", `Cannot evaluate ${name}: ${diagnostic.message}`);
}

/** The same for an evaluation that was ended from outside; `last` is what it said to that, and where it was. */
export function reportLimit(
  error: ServiceError,
  last: EvaluationDiagnostic | undefined,
  emit: (event: Event) => void,
): ReportedFailure {
  const code = error instanceof TimeLimitError ? errorCodes["time-limit"] : errorCodes["memory-limit"];
  const place = last ?? { position: undefined, frames: [] };
  const diagnostic = { ...place, code, message: error.message, suggestions: [] };
  emit(diagnosticEvent(toDiagnostic(diagnostic, Severity.ERROR)));
  return new ReportedFailure("resource-exhausted", error.message, { cause: error });
}

/** An evaluation takes longer than it may. */
export class TimeLimitError extends ServiceError {
  constructor(timeoutMs: number) {
    super("resource-exhausted", `Cannot evaluate: it takes longer than ${timeoutMs / 1000} s`);
  }
}

/** Failures that are the program's: they come with a diagnostic. */
const diagnosedCodes: ReadonlySet<string> = new Set<ServiceErrorCode>(["failed-precondition", "resource-exhausted"]);

/** The diagnostic for a failure that has none yet, and is the program's: what it describes can't be built or stored. */
export function missingDiagnostic(error: unknown): Event | undefined {
  if (!ServiceError.is(error) || error instanceof ReportedFailure || !diagnosedCodes.has(error.code)) return undefined;
  return failureEvent(error.message, failureCodes.build);
}
