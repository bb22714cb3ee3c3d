import { nodeToMessage } from "@tvix-mesh/castore";
import { encodeNixBase32 } from "@tvix-mesh/nix-compat";
import type { PathInfo as PathInfoMessage } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { PathInfoService as PathInfoServiceDescriptor } from "@tvix-mesh/proto/tvix/store/v1/rpc_pathinfo";
import { type Channel, createClient, ServiceError } from "@tvix-mesh/service";
import type { NarCalculationService } from "../nar/nar-calculation-service.ts";
import type { PathInfo } from "../path-info.ts";
import { pathInfoFromMessage, pathInfoToMessage } from "../path-info-message.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** A large tree is read as a whole, perhaps from far away. */
const calculationTimeoutMs = 60 * 60 * 1000;

function unusable(channel: Channel, reason: string, cause?: unknown): ServiceError {
  const { name, address } = channel.peer;
  return new ServiceError("data-loss", `Cannot use the answer of ${name} at ${address}: ${reason}`, { cause });
}

function fromAnswer(channel: Channel, message: PathInfoMessage, digest?: Uint8Array): PathInfo {
  let pathInfo: PathInfo;
  try {
    pathInfo = pathInfoFromMessage(message);
  } catch (cause) {
    throw unusable(channel, (cause as Error).message, cause);
  }
  const { storePath } = pathInfo;
  if (digest && Buffer.compare(digest, storePath.digest) !== 0)
    throw unusable(channel, `it is about ${storePath}, not about ${encodeNixBase32(digest)}`);
  return pathInfo;
}

/**
 * The path infos of a daemon, and its calculation of NARs. An answer that breaks a rule or is about another path is
 * `data-loss`. Disposing it closes the channel.
 */
export function createPathInfoServiceClient(
  channel: Channel,
): PathInfoService & NarCalculationService & AsyncDisposable {
  const client = createClient(PathInfoServiceDescriptor, channel);
  return {
    async get(digest, options) {
      try {
        const message = await client.get({ byWhat: { case: "byOutputHash", value: digest } }, options);
        return fromAnswer(channel, message, digest);
      } catch (error) {
        if (ServiceError.is(error, "not-found")) return undefined;
        throw error;
      }
    },
    async put(pathInfo, options) {
      const message = await client.put(pathInfoToMessage(pathInfo), options);
      return fromAnswer(channel, message, pathInfo.storePath.digest);
    },
    async calculateNar(root, options) {
      const timed = { ...options, timeoutMs: calculationTimeoutMs };
      const { narSize, narSha256 } = await client.calculateNAR(nodeToMessage(root), timed);
      if (narSha256.length !== 32) throw unusable(channel, `a SHA-256 of ${narSha256.length} bytes`);
      return { narSizeBytes: narSize, narSha256 };
    },
    async *list(options) {
      for await (const message of client.list({}, options)) yield fromAnswer(channel, message);
    },
    async [Symbol.asyncDispose]() {
      channel[Symbol.dispose]();
    },
  };
}
