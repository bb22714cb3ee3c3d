import type { LiveDirectory } from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import type { PathInfoService } from "./path-info-service/path-info-service.ts";

function parse(name: Uint8Array): StorePath | undefined {
  try {
    return StorePath.parse(Buffer.from(name).toString("latin1"));
  } catch {
    return undefined;
  }
}

/** All store paths as the entries of a directory: those that are there when it is looked at. */
export function createStoreDirectory(pathInfos: PathInfoService): LiveDirectory {
  return {
    kind: "live-directory",
    async lookup(name, options) {
      const storePath = parse(name);
      if (!storePath) return undefined;
      const pathInfo = await pathInfos.get(storePath.digest, options);
      return pathInfo?.storePath.equals(storePath) ? pathInfo.node : undefined;
    },
    async *list(options) {
      for await (const { storePath, node } of pathInfos.list(options))
        yield { name: Buffer.from(storePath.baseName), node };
    },
  };
}
