import type { EvaluatorService } from "@tvix-mesh/glue";
import type { InlineOptions } from "@tvix-mesh/glue/local-evaluator";
import type { RuleOptions } from "../expression/evaluation-rules.ts";
import { experimentalFeaturesOf, type ServiceOptions, serviceAddress } from "./service-options.ts";

/** An evaluator, and what must be closed after its use. */
export type OpenEvaluator = EvaluatorService & AsyncDisposable;

/**
 * The evaluator that the options or the environment name; without any, one in this process, and in this thread if
 * `inline` is given.
 */
export async function openEvaluator(
  options: ServiceOptions & RuleOptions,
  inline?: InlineOptions,
): Promise<OpenEvaluator> {
  const address = serviceAddress(options, "evaluatorAddr");
  if (address !== undefined) {
    if (experimentalFeaturesOf(options).length > 0)
      throw new Error(
        `Cannot choose experimental features of the evaluator at ${address}: it was started with its own`,
      );
    const { openRemoteEvaluator } = await import("../upload/open-remote-evaluator.ts");
    return await openRemoteEvaluator(address, options);
  }
  const { openLocalEvaluator } = await import("./open-local-evaluator.ts");
  return openLocalEvaluator(options, inline);
}
