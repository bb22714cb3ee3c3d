import type { EvaluatorService } from "@tvix-mesh/glue";
import { experimentalFeaturesOf, type ServiceOptions, serviceAddress } from "./service-options.ts";

/** An evaluator, and what must be closed after its use. */
export type OpenEvaluator = EvaluatorService & AsyncDisposable;

async function connect(address: string): Promise<OpenEvaluator> {
  const [{ createEvaluatorClient }, { openRemote }] = await Promise.all([
    import("@tvix-mesh/glue"),
    import("@tvix-mesh/service"),
  ]);
  const channel = openRemote("evaluator", address);
  return { ...createEvaluatorClient(channel), [Symbol.asyncDispose]: async () => channel[Symbol.dispose]() };
}

/** The evaluator that the options or the environment name; without any, one in this process. */
export async function openEvaluator(options: ServiceOptions): Promise<OpenEvaluator> {
  const address = serviceAddress(options, "evaluatorAddr");
  if (address !== undefined) {
    if (experimentalFeaturesOf(options).length > 0)
      throw new Error(
        `Cannot choose experimental features of the evaluator at ${address}: it was started with its own`,
      );
    return connect(address);
  }
  const { openLocalEvaluator } = await import("./open-local-evaluator.ts");
  return openLocalEvaluator(options);
}
