import { type BuildResponse, BuildService as MeshBuildService } from "@tvix-mesh/proto/mesh/build/v1/build";
import { BuildService as TvixBuildService } from "@tvix-mesh/proto/tvix/build/v1/rpc_build";
import { type CallOptions, type Channel, createClient, isUnimplemented, ServiceError } from "@tvix-mesh/service";
import { outputsFromMessage } from "./build-message.ts";
import type { BuildRequest } from "./build-request.ts";
import { buildRequestToMessage } from "./build-request-message.ts";
import type { BuildEvent, BuildService } from "./build-service.ts";

/** The event that a response holds; `undefined` for a kind that a newer server may send. */
function eventFromMessage(request: BuildRequest, { event }: BuildResponse): BuildEvent | undefined {
  switch (event.case) {
    case "logLine":
      return { kind: "log-line", line: event.value.line };
    case "succeeded":
      if (!event.value.build)
        throw new ServiceError("internal", "Cannot read the builder's answer: a success without outputs");
      return { kind: "succeeded", outputs: outputsFromMessage(request, event.value.build) };
    case "failed": {
      const { reason, exitCode, signal } = event.value;
      return {
        kind: "failed",
        reason,
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(signal === undefined ? {} : { signal }),
      };
    }
    case undefined:
      return undefined;
  }
}

/**
 * Builds on another daemon. One that knows only Tvix's DoBuild is used through that: then there are no log lines, and
 * a failed build is the error that the daemon answers, because its statuses don't tell the two apart.
 */
export function createGrpcBuildService(channel: Channel): BuildService {
  const mesh = createClient(MeshBuildService, channel);
  const tvix = createClient(TvixBuildService, channel);
  let knowsEvents = true;

  async function* streamEvents(request: BuildRequest, options?: CallOptions): AsyncGenerator<BuildEvent> {
    const responses = mesh.build({ request: buildRequestToMessage(request) }, { ...options });
    for await (const response of responses) {
      const event = eventFromMessage(request, response);
      if (event) yield event;
    }
  }

  async function* buildAtOnce(request: BuildRequest, options?: CallOptions): AsyncGenerator<BuildEvent> {
    const build = await tvix.doBuild(buildRequestToMessage(request), { ...options, timeoutMs: 0 });
    yield { kind: "succeeded", outputs: outputsFromMessage(request, build) };
  }

  return {
    async *build(request, options) {
      try {
        if (knowsEvents) return yield* streamEvents(request, options);
      } catch (error) {
        if (!isUnimplemented(error)) throw error;
        knowsEvents = false;
      }
      yield* buildAtOnce(request, options);
    },
  };
}
