import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildServiceKind, buildServicePeer } from "@tvix-mesh/build";
import { bindBlobService, bindDirectoryService, blobServiceKind, directoryServiceKind } from "@tvix-mesh/castore";
import { unknownFeatures } from "@tvix-mesh/eval/experimental-features";
import { bindEvaluatorService, createLocalEvaluator, currentFileView } from "@tvix-mesh/glue";
import { runService, seconds, wholeNumber } from "@tvix-mesh/service";
import { narCalculationOf, pathInfoServiceKind } from "@tvix-mesh/store";

await runService({
  name: "evaluator",
  summary: "Evaluates Nix expressions and realises what they describe.",
  defaultPort: 8005,
  hasStore: false,
  peers: [blobServiceKind, directoryServiceKind, pathInfoServiceKind, buildServicePeer],
  options: (command) =>
    command
      .option(
        "--threads <number>",
        "evaluations that run side by side (default: one a processor)",
        wholeNumber(1, 1024),
      )
      .option("--max-memory <MiB>", "heap that one evaluation may use", wholeNumber(64, 1_048_576), 4096)
      .option(
        "--max-time <seconds>",
        "how long one evaluation may take, from its turn on (default: as long as it needs)",
        seconds,
      )
      .option(
        "--max-call-depth <number>",
        "calls within calls that one evaluation may make",
        wholeNumber(1, 10_000_000),
        10_000,
      )
      .option("--allow-path <dir...>", "what evaluations may see of this machine's files (default: everything)")
      .option("--pure-eval", "let evaluations see and fetch only what can never change")
      .option(
        "--restrict-eval",
        "let evaluations see no files but those of --allow-path, and fetch only --allowed-uris",
      )
      .option("--allowed-uris <uri...>", "what --restrict-eval leaves, with everything below it")
      .option("--experimental-features <name...>", "parts of the language that Nix calls experimental, by its names"),
  async start(context) {
    const blobs = await context.peer(blobServiceKind);
    const directories = await context.peer(directoryServiceKind);
    const pathInfos = await context.peer(pathInfoServiceKind);
    const builds = await context.peer(buildServiceKind({ blobs, directories }));
    const narCalculation = narCalculationOf(pathInfos, { blobs, directories });
    const { threads, maxMemory, maxTime, maxCallDepth, experimentalFeatures } = context.options;
    const { allowPath, pureEval, restrictEval, allowedUris } = context.options;
    const features = (experimentalFeatures ?? []) as readonly string[];
    for (const name of unknownFeatures(features))
      context.logger.warn({ feature: name }, `unknown experimental feature '${name}'`);
    const evaluator = createLocalEvaluator({
      services: { blobs, directories, pathInfos, narCalculation, builds },
      isolated: true,
      limits: {
        threads: threads === undefined ? availableParallelism() : Number(threads),
        maxOldGenerationSizeMb: Number(maxMemory),
        evaluationTimeoutMs: maxTime === undefined ? undefined : Number(maxTime) * 1000,
        maxCallDepth: Number(maxCallDepth),
      },
      access: {
        allowedPaths: allowPath as readonly string[] | undefined,
        isPure: pureEval === true,
        isRestricted: restrictEval === true,
        allowedUris: allowedUris as readonly string[] | undefined,
      },
      experimentalFeatures: features,
      mountDirectory: join(context.dataDir, "mounts"),
    });
    evaluator.warmUp();
    const showsEveryFile = !allowPath && pureEval !== true && restrictEval !== true;
    return {
      // Clients that upload their files need no other address.
      services: [
        bindEvaluatorService(evaluator, showsEveryFile ? currentFileView() : ""),
        ...bindBlobService(blobs),
        ...bindDirectoryService(directories),
      ],
      [Symbol.asyncDispose]: () => evaluator[Symbol.asyncDispose](),
    };
  },
});
