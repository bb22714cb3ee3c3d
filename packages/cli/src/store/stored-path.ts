import { defaultStoreDir, type PathInStore, splitPathInStore } from "@tvix-mesh/nix-compat";
import type { CallOptions } from "@tvix-mesh/service";
import type { PathInfo } from "@tvix-mesh/store";
import type { OpenStore } from "../services/open-store.ts";

/** Reads `/nix/store/<hash>-<name>` or `<hash>-<name>`, with or without something below it. */
export function parsePathInStore(text: string): PathInStore {
  return splitPathInStore(text.startsWith("/") ? text : `${defaultStoreDir}/${text}`);
}

/** What is known of a store path. Fails if it isn't in the store. */
export async function requirePathInfo(
  store: Pick<OpenStore, "pathInfos">,
  { storePath }: PathInStore,
  options: CallOptions,
): Promise<PathInfo> {
  const pathInfo = await (await store.pathInfos()).get(storePath.digest, options);
  if (!pathInfo) throw new Error(`Cannot find ${storePath.absolute()}: it is not in the store`);
  return pathInfo;
}
