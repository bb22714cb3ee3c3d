import { EvaluatorService as EvaluatorServiceDescriptor, type Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { type Channel, createClient } from "@tvix-mesh/service";
import type { EvaluatorService } from "./evaluator-service.ts";

async function* events(responses: AsyncIterable<{ readonly event?: Event | undefined }>): AsyncGenerator<Event> {
  for await (const { event } of responses) if (event) yield event;
}

/** An evaluator behind a channel. */
export function createEvaluatorClient(channel: Channel): EvaluatorService {
  const client = createClient(EvaluatorServiceDescriptor, channel);
  return {
    evaluate: (request, options) => events(client.evaluate(request, options)),
    build: (request, options) => events(client.build(request, options)),
  };
}
