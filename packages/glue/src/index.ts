export type { AccessRules } from "./evaluator-service/evaluation-rules.ts";
export type {
  BuildRequestInit,
  EvaluateRequestInit,
  EvaluatorService,
} from "./evaluator-service/evaluator-service.ts";
export { currentFileView } from "./evaluator-service/file-view.ts";
export { createEvaluatorClient, type EvaluatorClient } from "./evaluator-service/grpc-client.ts";
export { bindEvaluatorService } from "./evaluator-service/grpc-server.ts";
export {
  createLocalEvaluator,
  type DisposableEvaluator,
  type LocalEvaluatorOptions,
} from "./evaluator-service/local-evaluator.ts";
export type { FetcherOptions } from "./fetchers/create-fetcher.ts";
export type { FetchLimits } from "./fetchers/fetch-limits.ts";
export type { MeshServices } from "./mesh-services.ts";
