import { flushCompileCache } from "node:module";
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import type { EvaluationJob } from "./evaluation-job.ts";
import { EvaluationRunner } from "./evaluation-runner.ts";
import type { EvaluationWorkerData } from "./evaluation-thread.ts";
import { createBridgeCaller } from "./sync-bridge.ts";

/** The evaluating thread. */
const { port, answers, ...data } = workerData as EvaluationWorkerData;
/** There only in a process of the evaluator's own. */
const { gc: collectGarbage } = globalThis as { readonly gc?: () => void };

/** What is worth collecting when there is nothing to do. */
const largeHeapBytes = 128 * 2 ** 20;
const idleTimeMs = 1_000;
let idle: NodeJS.Timeout | undefined;

const runner = new EvaluationRunner({
  ...data,
  bridge: createBridgeCaller({ port, answers }),
  collectGarbage,
  send: (message) => parentPort?.postMessage(message),
});

/** Keeps what was compiled, and gives memory back that the last evaluation has left, unless the next one comes soon. */
function tidyWhenIdle(): void {
  idle = setTimeout(() => {
    flushCompileCache();
    if (getHeapStatistics().total_heap_size > largeHeapBytes) collectGarbage?.();
  }, idleTimeMs).unref();
}

parentPort?.on("message", async (job: EvaluationJob) => {
  clearTimeout(idle);
  await runner.run(job);
  tidyWhenIdle();
});
