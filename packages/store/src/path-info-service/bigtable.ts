import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { BigtableTable } from "@tvix-mesh/castore";
import { encodeHex } from "@tvix-mesh/nix-compat";
import { PathInfoSchema } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { type Report, ServiceError } from "@tvix-mesh/service";
import type { PathInfo } from "../path-info.ts";
import { pathInfoFromMessage, pathInfoToMessage } from "../path-info-message.ts";
import { requireStorePathDigest } from "./object-store-path-info-service.ts";
import type { PathInfoService } from "./path-info-service.ts";

function decode(row: string, value: Uint8Array): PathInfo {
  try {
    const pathInfo = pathInfoFromMessage(fromBinary(PathInfoSchema, value));
    const { storePath } = pathInfo;
    if (encodeHex(storePath.digest) !== row) throw new RangeError(`it is about ${storePath}`);
    return pathInfo;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("data-loss", `Cannot read stored path info ${row}: ${reason}`, { cause });
  }
}

/**
 * Path infos in a table of Bigtable, which it owns, as Tvix keeps them: protobuf in a row that is named by the hash part
 * in hexadecimal. One that is damaged is reported and not listed; asking for it fails until it is put again.
 */
export function createBigtablePathInfoService(
  table: BigtableTable,
  report: Report = () => undefined,
): PathInfoService & AsyncDisposable {
  function read(row: string, value: Uint8Array): PathInfo {
    try {
      return decode(row, value);
    } catch (error) {
      report(`Path info ${row} is damaged`, { reason: (error as Error).message });
      throw error;
    }
  }

  return {
    async get(digest, options) {
      requireStorePathDigest(digest);
      const row = encodeHex(digest);
      const value = await table.get(row, options);
      return value && read(row, value);
    },
    async put(pathInfo, options) {
      const value = toBinary(PathInfoSchema, pathInfoToMessage(pathInfo));
      await table.put(encodeHex(pathInfo.storePath.digest), value, options);
      return pathInfo;
    },
    async *list(options) {
      for await (const { key, value } of table.rows(undefined, options)) {
        // Something else may be kept in the same table.
        if (!/^[0-9a-f]{40}$/.test(key)) continue;
        try {
          yield read(key, value);
        } catch (error) {
          if (!ServiceError.is(error, "data-loss")) throw error;
        }
      }
    },
    [Symbol.asyncDispose]: () => table[Symbol.asyncDispose](),
  };
}
