import { basename, resolve } from "node:path";
import { type ImportTreeOptions, importTree } from "@tvix-mesh/castore";
import { FormatError, storePathNameProblem } from "@tvix-mesh/nix-compat";
import { addNode } from "./add-node.ts";
import type { PathInfo } from "./path-info.ts";
import type { StoreServices } from "./store-services.ts";

export interface ImportPathOptions extends ImportTreeOptions {
  /** The store path's name; the last part of the path by default. */
  readonly name?: string | undefined;
}

/**
 * Adds what is at a path of the file system, as `nix-store --add` does: under a name that follows from the SHA-256 of
 * its NAR. A `FormatError`, with nothing stored, if the name can't be a store path's.
 */
export async function importPath(
  services: StoreServices,
  path: string,
  { name = basename(resolve(path)), ...options }: ImportPathOptions = {},
): Promise<PathInfo> {
  const problem = storePathNameProblem(name);
  if (problem !== undefined) throw new FormatError(`Cannot import ${path}: ${problem}`);
  const node = await importTree(path, services, options);
  return await addNode(services, name, node, options);
}
