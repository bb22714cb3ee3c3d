import type { CallOptions } from "@tvix-mesh/service";
import type { BridgeHandlers } from "./bridge-methods.ts";
import type { EvaluationJob, EvaluationMessage } from "./evaluation-job.ts";

/** Where evaluations happen: a warm thread, or a process that has one. */
export interface EvaluationHost extends AsyncDisposable {
  /** Starts it, if it isn't running, so that the first job finds it warm. */
  start(): void;
  /**
   * Runs one job and tells `receive` what it says; resolves after `finished`. The handlers are opened by the first
   * call. The caller runs no two at once. `resource-exhausted` if the job uses up the memory; the signal's reason if it
   * is aborted. A job that is aborted may still say where it was, by `failed`.
   */
  run(
    job: EvaluationJob,
    openHandlers: () => Promise<BridgeHandlers>,
    receive: (message: EvaluationMessage) => void,
    options?: CallOptions,
  ): Promise<void>;
}
