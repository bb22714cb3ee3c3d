import { lstat, readdir } from "node:fs/promises";
import { importTree } from "@tvix-mesh/castore";
import { isInStore, StorePath } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { StoreServices } from "@tvix-mesh/store";
import { addResult, toFetched } from "./fetched-path.ts";
import type { Fetched, PathRequest } from "./fetcher.ts";

const name = "source";

/** When anything in the tree was last changed, in seconds. */
async function newestChange(path: Buffer, options: CallOptions): Promise<number> {
  options.signal?.throwIfAborted();
  const stats = await lstat(path);
  let newest = Math.floor(stats.mtimeMs / 1000);
  if (stats.isDirectory())
    for (const entry of await readdir(path, { encoding: "buffer" }))
      newest = Math.max(newest, await newestChange(Buffer.concat([path, Buffer.from("/"), entry]), options));
  return newest;
}

/** A store path of the right name is its own copy. */
async function findInStore(services: StoreServices, path: string, options: CallOptions) {
  if (!isInStore(path) || path.slice("/nix/store/".length).includes("/")) return undefined;
  const storePath = StorePath.parseAbsolute(path);
  return storePath.name === name ? await services.pathInfos.get(storePath.digest, options) : undefined;
}

/** Copies a file or tree of this machine to the store. */
export async function fetchPath(
  services: StoreServices,
  { path }: PathRequest,
  options: CallOptions,
): Promise<Fetched> {
  const present = await findInStore(services, path, options);
  if (present) return toFetched(present, { lastModified: 0 });
  const bytes = Buffer.from(path, "latin1");
  const node = await importTree(bytes, services, options);
  const pathInfo = await addResult(services, { name, node, method: "recursive", url: path }, undefined, options);
  try {
    return toFetched(pathInfo, { lastModified: await newestChange(bytes, options) });
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new ServiceError("failed-precondition", `Cannot fetch '${path}': it has changed meanwhile`, { cause });
  }
}
