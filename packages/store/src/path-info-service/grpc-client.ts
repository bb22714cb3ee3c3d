import { nodeToMessage } from "@tvix-mesh/castore";
import { PathInfoService as RpcPathInfoService } from "@tvix-mesh/proto/tvix/store/v1/rpc_pathinfo";
import { type Channel, createClient, ServiceError } from "@tvix-mesh/service";
import type { NarCalculationService } from "../nar/nar-calculation-service.ts";
import { pathInfoFromMessage, pathInfoToMessage } from "../path-info-message.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** A large tree is read as a whole, perhaps from far away. */
const calculationTimeoutMs = 60 * 60 * 1000;

/** A daemon's path infos, and its calculation of NARs. Disposing it closes the channel. */
export function createPathInfoServiceClient(
  channel: Channel,
): PathInfoService & NarCalculationService & AsyncDisposable {
  const client = createClient(RpcPathInfoService, channel);
  return {
    async get(digest, options) {
      try {
        return pathInfoFromMessage(await client.get({ byWhat: { case: "byOutputHash", value: digest } }, options));
      } catch (error) {
        if (ServiceError.is(error, "not-found")) return undefined;
        throw error;
      }
    },
    async put(pathInfo, options) {
      return pathInfoFromMessage(await client.put(pathInfoToMessage(pathInfo), options));
    },
    async calculateNar(root, options) {
      const answer = await client.calculateNAR(nodeToMessage(root), { ...options, timeoutMs: calculationTimeoutMs });
      return { narSizeBytes: answer.narSize, narSha256: answer.narSha256 };
    },
    async *list(options) {
      for await (const message of client.list({}, options)) yield pathInfoFromMessage(message);
    },
    async [Symbol.asyncDispose]() {
      channel[Symbol.dispose]();
    },
  };
}
