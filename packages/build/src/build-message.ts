import { create } from "@bufbuild/protobuf";
import { displayBytes, nodeFromMessage, nodeToMessage } from "@tvix-mesh/castore";
import { type Build as BuildMessage, BuildSchema } from "@tvix-mesh/proto/tvix/build/v1/build";
import type { Node as NodeMessage } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { ServiceError } from "@tvix-mesh/service";
import type { BuildRequest } from "./build-request.ts";
import { buildRequestToMessage } from "./build-request-message.ts";
import type { BuildOutput } from "./build-service.ts";

function lastPart(path: string): Uint8Array {
  return Buffer.from(path.slice(path.lastIndexOf("/") + 1), "utf8");
}

/** The message for an output's node: its name is the last part of the output's path. */
export function outputToMessage({ path, node }: BuildOutput): NodeMessage {
  return nodeToMessage(node, lastPart(path));
}

/** The indices as the wire has them. */
export function needlesToMessage({ needles }: BuildOutput): bigint[] {
  return needles.map(BigInt);
}

/** The answer to `request`, whose outputs came out as `outputs`. */
export function buildToMessage(request: BuildRequest, outputs: readonly BuildOutput[]): BuildMessage {
  return create(BuildSchema, {
    buildRequest: buildRequestToMessage(request),
    outputs: outputs.map(outputToMessage),
    outputsNeedles: outputs.map((output) => ({ needles: needlesToMessage(output) })),
  });
}

function refuse(reason: string): never {
  throw new ServiceError("internal", `Cannot read the builder's answer: ${reason}`);
}

function needlesFromMessage(request: BuildRequest, path: string, needles: readonly bigint[]): readonly number[] {
  const count = BigInt(request.refscanNeedles.length);
  const wrong = needles.find(
    (needle, index) => needle >= count || (index > 0 && needle <= (needles[index - 1] ?? needle)),
  );
  if (wrong !== undefined) refuse(`needle ${wrong} of output ${path} is out of order or range`);
  return needles.map(Number);
}

/**
 * The outputs that a message holds, in the order of the request. `internal` if they aren't the request's: a node
 * under the wrong name would end up at the wrong path.
 */
export function outputsFromMessage(request: BuildRequest, message: BuildMessage): readonly BuildOutput[] {
  const { outputs, outputsNeedles } = message;
  const expected = request.outputs.length;
  if (outputs.length !== expected) refuse(`${outputs.length} outputs instead of ${expected}`);
  if (outputsNeedles.length !== expected) refuse(`needles of ${outputsNeedles.length} outputs instead of ${expected}`);
  return request.outputs.map((path, index) => {
    const { name, node } = nodeFromMessage(outputs[index]!);
    if (!Buffer.from(name).equals(lastPart(path))) refuse(`output ${path} is called ${displayBytes(name)}`);
    return { path, node, needles: needlesFromMessage(request, path, outputsNeedles[index]!.needles) };
  });
}
