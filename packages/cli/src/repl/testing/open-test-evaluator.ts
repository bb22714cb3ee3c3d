import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBubblewrapSandbox, openLocalBuildService } from "@tvix-mesh/build";
import {
  createMemoryObjectStore,
  createObjectStoreBlobService,
  createObjectStoreDirectoryService,
} from "@tvix-mesh/castore";
import { createLocalEvaluator, type EvaluatorService } from "@tvix-mesh/glue";
import { createNarCalculationService, createObjectStorePathInfoService } from "@tvix-mesh/store";

export interface TestEvaluator extends EvaluatorService, AsyncDisposable {
  /** A directory of its own. */
  readonly folder: string;
}

/** An evaluator in this process that keeps everything in memory, and builds. */
export async function openTestEvaluator(experimentalFeatures: readonly string[] = []): Promise<TestEvaluator> {
  const folder = mkdtempSync(join(tmpdir(), "tvix-repl-"));
  const blobs = createObjectStoreBlobService(createMemoryObjectStore());
  const directories = createObjectStoreDirectoryService(createMemoryObjectStore());
  const pathInfos = createObjectStorePathInfoService(createMemoryObjectStore());
  const narCalculation = createNarCalculationService({ blobs, directories });
  const builds = await openLocalBuildService({
    sandbox: createBubblewrapSandbox(),
    stores: { blobs, directories },
    workDirectory: join(folder, "builds"),
  });
  const evaluator = createLocalEvaluator({
    services: { blobs, directories, pathInfos, narCalculation, builds },
    experimentalFeatures,
  });
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
