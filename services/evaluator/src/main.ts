import { buildServiceBackends } from "@tvix-mesh/build";
import { blobServiceBackends, directoryServiceBackends } from "@tvix-mesh/castore";
import { bindEvaluatorService, createLocalEvaluator } from "@tvix-mesh/glue";
import { environment, runService } from "@tvix-mesh/service";
import { narCalculationOf, pathInfoServiceBackends } from "@tvix-mesh/store";

await runService({
  name: "evaluator",
  summary: "Evaluates Nix expressions and realises what they describe.",
  defaultPort: 8005,
  hasStore: false,
  async start(context) {
    const blobs = await context.peer({
      kind: "blobservices",
      backends: blobServiceBackends,
      url: environment.get("BLOB_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8001" },
    });
    const directories = await context.peer({
      kind: "directoryservices",
      backends: directoryServiceBackends,
      url: environment.get("DIRECTORY_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8002" },
    });
    const pathInfos = await context.peer({
      kind: "pathinfoservices",
      backends: pathInfoServiceBackends,
      url: environment.get("PATH_INFO_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8003" },
    });
    const builds = await context.peer({
      kind: "buildservices",
      backends: buildServiceBackends({ blobs, directories }),
      url: environment.get("BUILD_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8004" },
    });
    const narCalculation = narCalculationOf(pathInfos, { blobs, directories });
    const evaluator = createLocalEvaluator({ services: { blobs, directories, pathInfos, narCalculation, builds } });
    evaluator.warmUp();
    return {
      services: [bindEvaluatorService(evaluator)],
      [Symbol.asyncDispose]: () => evaluator[Symbol.asyncDispose](),
    };
  },
});
