import { EvaluatorService as EvaluatorServiceDescriptor } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { bindService, type ServiceBinding } from "@tvix-mesh/service";
import type { EvaluatorService } from "./evaluator-service.ts";
import { requireSendable } from "./sendable-value.ts";

/** Serves an evaluator under mesh.eval.v1. `fileView` names the files that it shows to all, and is empty if it shows some. */
export function bindEvaluatorService(evaluator: EvaluatorService, fileView = ""): ServiceBinding {
  return bindService(EvaluatorServiceDescriptor, {
    async *evaluate(request, { signal }) {
      for await (const event of evaluator.evaluate(request, { signal })) {
        requireSendable(event);
        yield { event };
      }
    },
    describe: async () => ({ fileView }),
    async *build(request, { signal }) {
      for await (const event of evaluator.build(request, { signal })) yield { event };
    },
  });
}
