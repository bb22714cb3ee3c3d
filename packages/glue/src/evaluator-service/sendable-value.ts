import type { Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { maxReceiveMessageBytes } from "@tvix-mesh/service/limits";
import { ServiceError } from "@tvix-mesh/service/service-error";

/** What an event may take besides its text. */
const overheadBytes = 64 * 1024;

function requireSize(what: string, sizeBytes: number): void {
  if (sizeBytes + overheadBytes <= maxReceiveMessageBytes) return;
  const limit = `${maxReceiveMessageBytes / 2 ** 20} MiB`;
  throw new ServiceError("resource-exhausted", `Cannot send ${what}: it has ${sizeBytes} bytes, more than ${limit}`);
}

/** Throws `resource-exhausted` for what no client would take. */
export function requireSendable({ event }: Event): void {
  if (event.case === "traceLine") requireSize("a line of builtins.trace", event.value.line.length);
  if (event.case !== "value") return;
  const { attribute, text } = event.value;
  requireSize(attribute === "" ? "the value" : `the value of ${attribute}`, text.length + attribute.length);
}
