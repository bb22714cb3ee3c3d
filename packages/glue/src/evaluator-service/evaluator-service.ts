import type { MessageInitShape } from "@bufbuild/protobuf";
import type { BuildRequestSchema, EvaluateRequestSchema, Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { CallOptions } from "@tvix-mesh/service";

export type EvaluateRequestInit = MessageInitShape<typeof EvaluateRequestSchema>;
export type BuildRequestInit = MessageInitShape<typeof BuildRequestSchema>;

/**
 * Evaluates Nix expressions and realises what they describe, as mesh.eval.v1 defines it. Events come in the order in
 * which they happen. If the expression is wrong, or a build fails, the last event is a diagnostic of severity ERROR, and
 * the iteration then throws `failed-precondition`.
 */
export interface EvaluatorService {
  evaluate(request: EvaluateRequestInit, options?: CallOptions): AsyncIterable<Event>;
  build(request: BuildRequestInit, options?: CallOptions): AsyncIterable<Event>;
}
