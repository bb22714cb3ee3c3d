import type { StorePath } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { PathInfo, PathInfoService } from "@tvix-mesh/store";

/** Those paths and all that they refer to, each once. `not-found` if one of them isn't in the store. */
export async function pathInfoClosure(
  pathInfos: PathInfoService,
  roots: Iterable<StorePath>,
  options?: CallOptions,
): Promise<readonly PathInfo[]> {
  const found = new Map<string, PathInfo>();
  let frontier = new Map([...roots].map((path) => [path.baseName, path]));
  while (frontier.size > 0) {
    const level = await Promise.all(
      [...frontier.values()].map(async (path) => {
        const pathInfo = await pathInfos.get(path.digest, options);
        if (!pathInfo) throw new ServiceError("not-found", `Cannot use ${path.absolute()}: it is not in the store`);
        return pathInfo;
      }),
    );
    frontier = new Map();
    for (const pathInfo of level) found.set(pathInfo.storePath.baseName, pathInfo);
    for (const { references } of level)
      for (const reference of references)
        if (!found.has(reference.baseName)) frontier.set(reference.baseName, reference);
  }
  return [...found.values()];
}
