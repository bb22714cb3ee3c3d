import { EvaluatorService as EvaluatorServiceDescriptor, type Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { type CallOptions, type Channel, createClient } from "@tvix-mesh/service";
import type { EvaluatorService } from "./evaluator-service.ts";

async function* events(responses: AsyncIterable<{ readonly event?: Event | undefined }>): AsyncGenerator<Event> {
  for await (const { event } of responses) if (event) yield event;
}

export interface EvaluatorClient extends EvaluatorService {
  /** Which files the evaluator sees by itself, as `currentFileView` names them; empty if only some. */
  fileView(options?: CallOptions): Promise<string>;
}

/** An evaluator behind a channel. */
export function createEvaluatorClient(channel: Channel): EvaluatorClient {
  const client = createClient(EvaluatorServiceDescriptor, channel);
  return {
    evaluate: (request, options) => events(client.evaluate(request, options)),
    build: (request, options) => events(client.build(request, options)),
    fileView: async (options) => (await client.describe({}, options)).fileView,
  };
}
