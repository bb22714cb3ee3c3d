export type { CallOptions } from "./call-options.ts";
export { type AnyBackend, type Backend, type BuildContext, defineBackend } from "./composition/backend.ts";
export { Composition, type CompositionOptions, parseConfig } from "./composition/composition.ts";
export { type InstanceConfig, instanceFromUrl } from "./composition/instance-from-url.ts";
export { type Channel, type ChannelOptions, openChannel } from "./grpc/channel.ts";
export { type ClientCallOptions, createClient, type GrpcClient, isUnimplemented } from "./grpc/client.ts";
export { pieceBytes } from "./grpc/limits.ts";
export { addService, createGrpcServer, type GrpcServerOptions } from "./grpc/server.ts";
export {
  bindService,
  type HandlerContext,
  type ServiceBinding,
  type ServiceImplementation,
} from "./grpc/service-implementation.ts";
export { ServiceError, type ServiceErrorCode, toServiceError } from "./service-error.ts";
export { decorateService } from "./telemetry/tracing-decorator.ts";
