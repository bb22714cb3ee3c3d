import type { ServiceErrorCode } from "@tvix-mesh/service/service-error";
import type { BridgeMethods } from "./bridge-methods.ts";
import type { EvaluationJob, EvaluationMessage } from "./evaluation-job.ts";
import type { EvaluationThreadOptions } from "./evaluation-thread.ts";

/** How a call or a job failed. */
export interface Failure {
  readonly code: ServiceErrorCode;
  readonly message: string;
}

/** What the evaluating process is told. `configure` comes first, once. */
export type ToProcess =
  | { readonly kind: "configure"; readonly options: EvaluationThreadOptions }
  | { readonly kind: "run"; readonly job: EvaluationJob }
  /** Ends the job that runs; `done` comes all the same. */
  | { readonly kind: "interrupt" }
  | { readonly kind: "answer"; readonly call: number; readonly value?: unknown; readonly failure?: Failure };

/** What the evaluating process tells. `done` ends each job; `spent` says that a new process would take less memory. */
export type FromProcess =
  | { readonly kind: "spent" }
  | { readonly kind: "message"; readonly message: EvaluationMessage }
  | { readonly kind: "call"; readonly call: number; readonly method: keyof BridgeMethods; readonly argument: unknown }
  | { readonly kind: "done"; readonly failure?: Failure };
