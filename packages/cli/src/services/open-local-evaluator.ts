import { unknownFeatures } from "@tvix-mesh/eval/experimental-features";
import { createLocalEvaluator, type InlineOptions } from "@tvix-mesh/glue/local-evaluator";
import { environment } from "@tvix-mesh/service/environment";
import type { RuleOptions } from "../expression/evaluation-rules.ts";
import { printWarning } from "../print-error.ts";
import {
  lazyBlobService,
  lazyBuildService,
  lazyDirectoryService,
  lazyNarCalculationService,
  lazyPathInfoService,
} from "./lazy-services.ts";
import type { OpenEvaluator } from "./open-evaluator.ts";
import type { OpenStore } from "./open-store.ts";
import { experimentalFeaturesOf, type ServiceOptions } from "./service-options.ts";

/** An evaluator in this process, or even in this thread. Stores and builder are loaded and opened when something is stored, read or built. */
export function openLocalEvaluator(options: ServiceOptions & RuleOptions, inline?: InlineOptions): OpenEvaluator {
  let opened: Promise<OpenStore> | undefined;
  const store = () => {
    opened ??= import("./open-store.ts").then(({ openStore }) => openStore(options));
    return opened;
  };
  const features = experimentalFeaturesOf(options);
  for (const name of features.length > 0 ? unknownFeatures(features) : [])
    printWarning(`unknown experimental feature '${name}'`);
  const evaluator = createLocalEvaluator({
    environment: environment.all(),
    experimentalFeatures: features,
    inline,
    limits: { maxCallDepth: options.maxCallDepth },
    services: {
      blobs: lazyBlobService(async () => (await store()).blobs()),
      directories: lazyDirectoryService(async () => (await store()).directories()),
      pathInfos: lazyPathInfoService(async () => (await store()).pathInfos()),
      narCalculation: lazyNarCalculationService(async () => (await store()).narCalculation()),
      builds: lazyBuildService(async () => (await store()).builds()),
    },
  });
  return {
    evaluate: (request, callOptions) => evaluator.evaluate(request, callOptions),
    build: (request, callOptions) => evaluator.build(request, callOptions),
    async [Symbol.asyncDispose]() {
      await evaluator[Symbol.asyncDispose]();
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}
