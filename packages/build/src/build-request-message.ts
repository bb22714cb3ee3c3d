import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type NamedNode, nodeFromMessage, nodeToMessage } from "@tvix-mesh/castore";
import {
  type BuildRequest as BuildRequestMessage,
  BuildRequestSchema,
  type BuildRequest_BuildConstraints as ConstraintsMessage,
} from "@tvix-mesh/proto/tvix/build/v1/build";
import type { Node as NodeMessage } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { ServiceError } from "@tvix-mesh/service";
import type { BuildConstraints, BuildRequest } from "./build-request.ts";
import { validateBuildRequest } from "./validate-build-request.ts";

function inputFromMessage(message: NodeMessage, index: number): NamedNode {
  try {
    return nodeFromMessage(message);
  } catch (cause) {
    if (!ServiceError.is(cause)) throw cause;
    throw new ServiceError(cause.code, `Cannot build: inputs[${index}]: ${cause.message}`, { cause });
  }
}

function constraintsFromMessage(message: ConstraintsMessage): BuildConstraints {
  return {
    system: message.system,
    minMemoryBytes: message.minMemory,
    availableRoPaths: message.availableRoPaths,
    networkAccess: message.networkAccess,
    provideBinSh: message.provideBinSh,
  };
}

/** The request that a message holds. `invalid-argument` if it breaks a rule. */
export function buildRequestFromMessage(message: BuildRequestMessage): BuildRequest {
  const request: BuildRequest = {
    inputs: message.inputs.map(inputFromMessage),
    commandArgs: message.commandArgs,
    workingDir: message.workingDir,
    scratchPaths: message.scratchPaths,
    inputsDir: message.inputsDir,
    outputs: message.outputs,
    environmentVars: message.environmentVars.map(({ key, value }) => ({ key, value })),
    constraints: message.constraints && constraintsFromMessage(message.constraints),
    additionalFiles: message.additionalFiles.map(({ path, contents }) => ({ path, contents })),
    refscanNeedles: message.refscanNeedles,
  };
  validateBuildRequest(request);
  return request;
}

function constraintsToMessage(constraints: BuildConstraints) {
  return {
    system: constraints.system,
    minMemory: constraints.minMemoryBytes,
    availableRoPaths: [...constraints.availableRoPaths],
    networkAccess: constraints.networkAccess,
    provideBinSh: constraints.provideBinSh,
  };
}

/** The message for a request. */
export function buildRequestToMessage(request: BuildRequest): BuildRequestMessage {
  const init: MessageInitShape<typeof BuildRequestSchema> = {
    inputs: request.inputs.map(({ name, node }) => nodeToMessage(node, name)),
    commandArgs: [...request.commandArgs],
    workingDir: request.workingDir,
    scratchPaths: [...request.scratchPaths],
    inputsDir: request.inputsDir,
    outputs: [...request.outputs],
    environmentVars: request.environmentVars.map(({ key, value }) => ({ key, value })),
    additionalFiles: request.additionalFiles.map(({ path, contents }) => ({ path, contents })),
    refscanNeedles: [...request.refscanNeedles],
  };
  if (request.constraints) init.constraints = constraintsToMessage(request.constraints);
  return create(BuildRequestSchema, init);
}
