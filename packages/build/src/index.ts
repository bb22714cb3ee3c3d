export type { AdditionalFile, BuildConstraints, BuildRequest, EnvironmentVariable } from "./build-request.ts";
export { buildRequestFromMessage, buildRequestToMessage } from "./build-request-message.ts";
export type { BuildEvent, BuildOutput, BuildService } from "./build-service.ts";
export { createGrpcBuildService } from "./grpc-client.ts";
export { bindBuildService } from "./grpc-server.ts";
export { validateBuildRequest } from "./validate-build-request.ts";
