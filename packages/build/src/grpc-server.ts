import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type BuildResponseSchema, BuildService as MeshBuildService } from "@tvix-mesh/proto/mesh/build/v1/build";
import {
  BuildService as SnixBuildService,
  BuildResponseSchema as SnixResponseSchema,
} from "@tvix-mesh/proto/snix/build/v1/rpc_build";
import type { BuildRequest as BuildRequestMessage } from "@tvix-mesh/proto/tvix/build/v1/build";
import { BuildService as TvixBuildService } from "@tvix-mesh/proto/tvix/build/v1/rpc_build";
import { bindService, type CallOptions, type ServiceBinding, ServiceError } from "@tvix-mesh/service";
import { buildToMessage, needlesToMessage, outputToMessage } from "./build-message.ts";
import type { BuildRequest } from "./build-request.ts";
import { buildRequestFromMessage } from "./build-request-message.ts";
import type { BuildEvent, BuildOutput, BuildService } from "./build-service.ts";
import { LogTail } from "./log-tail.ts";

interface FinishedBuild {
  readonly request: BuildRequest;
  readonly outputs: readonly BuildOutput[];
}

/** Runs a build to its end. `failed-precondition`, with the last log lines, if the command failed. */
async function runToEnd(
  service: BuildService,
  message: BuildRequestMessage,
  options: CallOptions,
): Promise<FinishedBuild> {
  const request = buildRequestFromMessage(message);
  const tail = new LogTail();
  for await (const event of service.build(request, options)) {
    if (event.kind === "log-line") tail.add(event.line);
    else if (event.kind === "succeeded") return { request, outputs: event.outputs };
    else throw new ServiceError("failed-precondition", tail.appendTo(`Cannot build: ${event.reason}`));
  }
  throw new ServiceError("internal", "Cannot build: the builder told no outcome");
}

type ResponseInit = MessageInitShape<typeof BuildResponseSchema>;

function eventToMessage(request: BuildRequest, event: BuildEvent): ResponseInit {
  switch (event.kind) {
    case "log-line":
      return { event: { case: "logLine", value: { line: event.line } } };
    case "succeeded":
      return { event: { case: "succeeded", value: { build: buildToMessage(request, event.outputs) } } };
    case "failed": {
      const { reason, exitCode, signal } = event;
      const value = {
        reason,
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(signal === undefined ? {} : { signal }),
      };
      return { event: { case: "failed", value } };
    }
  }
}

/** Serves builds under Tvix's, Snix's and our own service name. */
export function bindBuildService(service: BuildService): readonly ServiceBinding[] {
  const tvix = bindService(TvixBuildService, {
    async doBuild(message, { signal }) {
      const { request, outputs } = await runToEnd(service, message, { signal });
      return buildToMessage(request, outputs);
    },
  });
  const snix = bindService(SnixBuildService, {
    async doBuild(message, { signal }) {
      const { outputs } = await runToEnd(service, message, { signal });
      return create(SnixResponseSchema, {
        outputs: outputs.map((output) => ({ output: outputToMessage(output), needles: needlesToMessage(output) })),
      });
    },
  });
  const mesh = bindService(MeshBuildService, {
    async *build(message, { signal }) {
      if (!message.request) throw new ServiceError("invalid-argument", "Cannot build: request is not set");
      const request = buildRequestFromMessage(message.request);
      for await (const event of service.build(request, { signal })) yield eventToMessage(request, event);
    },
  });
  return [tvix, snix, mesh];
}
