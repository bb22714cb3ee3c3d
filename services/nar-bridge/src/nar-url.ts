import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Node, nodeFromMessage, nodeToMessage } from "@tvix-mesh/castore";
import { NodeSchema } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { ServiceError } from "@tvix-mesh/service";

/** Where the archive of `node` is served, relative to the cache. The same URLs as Tvix's. */
export function narUrl(node: Node, narSizeBytes: bigint): string {
  const encoded = Buffer.from(toBinary(NodeSchema, nodeToMessage(node))).toString("base64url");
  return `nar/tvix-castore/${encoded}?narsize=${narSizeBytes}`;
}

/** The node that a URL holds. Its name, if it has one, is of no importance. */
export function nodeFromUrl(encoded: string): Node {
  const bytes = Buffer.from(encoded, "base64url");
  const canonical = encoded.replace(/=+$/, "");
  if (bytes.toString("base64url") !== canonical)
    throw new ServiceError("invalid-argument", `Cannot read node "${encoded}": not base64url`);
  let message: ReturnType<typeof fromBinary<typeof NodeSchema>>;
  try {
    message = fromBinary(NodeSchema, bytes);
  } catch (cause) {
    throw new ServiceError("invalid-argument", `Cannot read node "${encoded}": ${(cause as Error).message}`, { cause });
  }
  return nodeFromMessage(message, { anonymous: true }).node;
}
