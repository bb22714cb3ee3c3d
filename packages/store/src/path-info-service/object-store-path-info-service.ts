import { crc32 } from "node:zlib";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ObjectStore, setAsideIfDamaged } from "@tvix-mesh/castore";
import { encodeHex, encodeNixBase32 } from "@tvix-mesh/nix-compat";
import { PathInfoSchema } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { type CallOptions, type Report, ServiceError } from "@tvix-mesh/service";
import type { PathInfo } from "../path-info.ts";
import { pathInfoFromMessage, pathInfoToMessage } from "../path-info-message.ts";
import type { PathInfoService } from "./path-info-service.ts";

const prefix = "pathinfos/";

const checksumBytes = 4;

/** Covers the key too, so that two objects whose contents were exchanged are noticed. */
function checksumOf(key: string, message: Uint8Array): number {
  return crc32(message, crc32(key));
}

/** The message after a checksum: nothing else would tell a path info from one with a bit flipped. */
function encode(key: string, pathInfo: PathInfo): Uint8Array {
  const message = toBinary(PathInfoSchema, pathInfoToMessage(pathInfo));
  const value = Buffer.alloc(checksumBytes + message.length);
  value.writeUInt32LE(checksumOf(key, message));
  value.set(message, checksumBytes);
  return value;
}

function decode(key: string, value: Uint8Array): PathInfo {
  const message = value.subarray(checksumBytes);
  try {
    const checksum = new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(0, true);
    if (checksum !== checksumOf(key, message)) throw new RangeError("its checksum differs");
    return pathInfoFromMessage(fromBinary(PathInfoSchema, message));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("data-loss", `Cannot read stored path info ${key}: ${reason}`, { cause });
  }
}

/** `invalid-argument` for what can be no hash part of a store path. */
export function requireStorePathDigest(digest: Uint8Array): void {
  if (digest.length !== 20)
    throw new ServiceError(
      "invalid-argument",
      `Cannot get path info of "${encodeHex(digest)}": ${digest.length} bytes long, not 20`,
    );
}

/**
 * Path infos as objects: a checksum and protobuf under `pathinfos/<hash part in nixbase32>`. What is damaged is reported
 * and set aside: asking for it fails once, and then it isn't there. Disposing it disposes of the store.
 */
export function createObjectStorePathInfoService(
  store: ObjectStore,
  report: Report = () => undefined,
): PathInfoService & AsyncDisposable {
  async function read(key: string, options?: CallOptions): Promise<PathInfo | undefined> {
    try {
      const value = await store.get(key, options);
      return value && decode(key, value);
    } catch (error) {
      if (ServiceError.is(error, "data-loss")) {
        const isIntact = async (value: Uint8Array): Promise<boolean> => decode(key, value) !== undefined;
        await setAsideIfDamaged(store, key, isIntact, report);
      }
      throw error;
    }
  }

  return {
    async get(digest, options) {
      requireStorePathDigest(digest);
      return read(`${prefix}${encodeNixBase32(digest)}`, options);
    },
    async put(pathInfo, options) {
      const key = `${prefix}${pathInfo.storePath.hashPart}`;
      await store.put(key, encode(key, pathInfo), options);
      return pathInfo;
    },
    async *list(options) {
      for await (const key of store.list(prefix, options)) {
        const pathInfo = await read(key, options).catch((error: unknown) => {
          // One that is damaged, and reported, must not keep the others from being listed.
          if (!ServiceError.is(error, "data-loss")) throw error;
        });
        // Gone since it was listed, or damaged.
        if (pathInfo) yield pathInfo;
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
