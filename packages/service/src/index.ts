export type { CallOptions } from "./call-options.ts";
export { firstAnswer, type IsConclusive, reportFailure, throwUnlessConclusive } from "./combinator/first-answer.ts";
export { reachQuorum } from "./combinator/quorum.ts";
export { RememberedAbsences } from "./combinator/remembered-absences.ts";
export { requireWorthAskingAnother } from "./combinator/require-worth-asking-another.ts";
export { createRetrier, type Retrier } from "./combinator/retry-calls.ts";
export type { Tiers } from "./combinator/tiers.ts";
export { type AnyBackend, type Backend, type BuildContext, defineBackend, type Report } from "./composition/backend.ts";
export {
  type CacheOptions,
  type Combinators,
  combinatorBackends,
  type FanoutOptions,
  type RetryOptions,
} from "./composition/combinator-backends.ts";
export { Composition, type CompositionOptions, parseConfig } from "./composition/composition.ts";
export { type InstanceConfig, instanceFromUrl } from "./composition/instance-from-url.ts";
export type { ServiceKind } from "./composition/service-kind.ts";
export { type Channel, type ChannelOptions, openChannel } from "./grpc/channel.ts";
export { type ClientCallOptions, createClient, type GrpcClient, isUnimplemented } from "./grpc/client.ts";
export { maxReceiveMessageBytes, pieceBytes } from "./grpc/limits.ts";
export { grpcBackend, openRemote } from "./grpc/remote.ts";
export { addService, createGrpcServer, type GrpcServerOptions } from "./grpc/server.ts";
export {
  bindService,
  type HandlerContext,
  type ServiceBinding,
  type ServiceImplementation,
} from "./grpc/service-implementation.ts";
export { defaultDataDirectory } from "./process/data-directory.ts";
export { environment } from "./process/environment.ts";
export { createLogger, type Logger, type LogLevel, logLevels } from "./process/logger.ts";
export { seconds, wholeNumber } from "./process/option-values.ts";
export {
  type ListeningMessage,
  runService,
  type ServiceDescription,
  type StartedService,
} from "./process/run-service.ts";
export type { ServiceContext } from "./process/service-context.ts";
export { onShutdown, runShutdownActions } from "./process/shutdown.ts";
export { ServiceError, type ServiceErrorCode, toServiceError } from "./service-error.ts";
export { withSpan } from "./telemetry/span.ts";
export { isTelemetryEnabled } from "./telemetry/telemetry-state.ts";
export { decorateService } from "./telemetry/tracing-decorator.ts";
