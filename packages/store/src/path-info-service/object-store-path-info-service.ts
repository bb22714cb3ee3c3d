import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { ObjectStore } from "@tvix-mesh/castore";
import { encodeHex, encodeNixBase32 } from "@tvix-mesh/nix-compat";
import { PathInfoSchema } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { ServiceError } from "@tvix-mesh/service";
import type { PathInfo } from "../path-info.ts";
import { pathInfoFromMessage, pathInfoToMessage } from "../path-info-message.ts";
import type { PathInfoService } from "./path-info-service.ts";

const prefix = "pathinfos/";

function decode(key: string, value: Uint8Array): PathInfo {
  try {
    return pathInfoFromMessage(fromBinary(PathInfoSchema, value));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("data-loss", `Cannot read stored path info ${key}: ${reason}`, { cause });
  }
}

function requireStorePathDigest(digest: Uint8Array): void {
  if (digest.length !== 20)
    throw new ServiceError(
      "invalid-argument",
      `Cannot get path info of "${encodeHex(digest)}": ${digest.length} bytes long, not 20`,
    );
}

/** Path infos as objects: protobuf under `pathinfos/<hash part in nixbase32>`. Disposing it disposes of the store. */
export function createObjectStorePathInfoService(store: ObjectStore): PathInfoService & AsyncDisposable {
  return {
    async get(digest, options) {
      requireStorePathDigest(digest);
      const key = `${prefix}${encodeNixBase32(digest)}`;
      const value = await store.get(key, options);
      return value && decode(key, value);
    },
    async put(pathInfo, options) {
      const value = toBinary(PathInfoSchema, pathInfoToMessage(pathInfo));
      await store.put(`${prefix}${pathInfo.storePath.hashPart}`, value, options);
      return pathInfo;
    },
    async *list(options) {
      for await (const key of store.list(prefix, options)) {
        const value = await store.get(key, options);
        // Gone since it was listed.
        if (value) yield decode(key, value);
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
