import { buildServiceKind } from "@tvix-mesh/build";
import { blobServiceKind, directoryServiceKind } from "@tvix-mesh/castore";
import { bindEvaluatorService, createLocalEvaluator } from "@tvix-mesh/glue";
import { runService } from "@tvix-mesh/service";
import { narCalculationOf, pathInfoServiceKind } from "@tvix-mesh/store";

await runService({
  name: "evaluator",
  summary: "Evaluates Nix expressions and realises what they describe.",
  defaultPort: 8005,
  hasStore: false,
  async start(context) {
    const blobs = await context.peer(blobServiceKind);
    const directories = await context.peer(directoryServiceKind);
    const pathInfos = await context.peer(pathInfoServiceKind);
    const builds = await context.peer(buildServiceKind({ blobs, directories }));
    const narCalculation = narCalculationOf(pathInfos, { blobs, directories });
    const evaluator = createLocalEvaluator({ services: { blobs, directories, pathInfos, narCalculation, builds } });
    evaluator.warmUp();
    return {
      services: [bindEvaluatorService(evaluator)],
      [Symbol.asyncDispose]: () => evaluator[Symbol.asyncDispose](),
    };
  },
});
