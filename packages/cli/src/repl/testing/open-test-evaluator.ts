import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalEvaluator, type EvaluatorService } from "@tvix-mesh/glue";
import { openMemoryMesh } from "@tvix-mesh/glue/testing/memory-mesh";

export interface TestEvaluator extends EvaluatorService, AsyncDisposable {
  /** A directory of its own. */
  readonly folder: string;
}

/** An evaluator in this process that keeps everything in memory, and builds. */
export async function openTestEvaluator(experimentalFeatures: readonly string[] = []): Promise<TestEvaluator> {
  const folder = mkdtempSync(join(tmpdir(), "tvix-repl-"));
  const services = await openMemoryMesh(join(folder, "builds"));
  const evaluator = createLocalEvaluator({ services, experimentalFeatures });
  return {
    folder,
    evaluate: (request, options) => evaluator.evaluate(request, options),
    build: (request, options) => evaluator.build(request, options),
    async [Symbol.asyncDispose]() {
      await evaluator[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
