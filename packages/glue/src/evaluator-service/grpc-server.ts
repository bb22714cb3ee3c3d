import { EvaluatorService as EvaluatorServiceDescriptor } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { bindService, type ServiceBinding } from "@tvix-mesh/service";
import type { EvaluatorService } from "./evaluator-service.ts";
import { requireSendable } from "./sendable-value.ts";

/** Serves an evaluator under mesh.eval.v1. */
export function bindEvaluatorService(evaluator: EvaluatorService): ServiceBinding {
  return bindService(EvaluatorServiceDescriptor, {
    async *evaluate(request, { signal }) {
      for await (const event of evaluator.evaluate(request, { signal })) {
        requireSendable(event);
        yield { event };
      }
    },
    async *build(request, { signal }) {
      for await (const event of evaluator.build(request, { signal })) yield { event };
    },
  });
}
