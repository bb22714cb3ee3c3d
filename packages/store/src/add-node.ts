import type { Node } from "@tvix-mesh/castore";
import {
  type ContentAddress,
  contentAddressedPath,
  type FixedOutputMethod,
  type HashAlgorithm,
  noReferences,
  type StorePathReferences,
} from "@tvix-mesh/nix-compat";
import type { CallOptions } from "@tvix-mesh/service";
import { hashNode } from "./hash-node.ts";
import type { NarCalculation } from "./nar/nar-calculation-service.ts";
import type { PathInfo } from "./path-info.ts";
import type { StoreServices } from "./store-services.ts";

export interface AddNodeOptions extends CallOptions {
  /** How the path is derived from the contents; `recursive` and `sha256` by default, which alone may have references. */
  readonly method?: FixedOutputMethod | undefined;
  readonly algorithm?: HashAlgorithm | undefined;
  readonly references?: StorePathReferences | undefined;
}

/** Contents under the only path that they may have. */
export interface AddressedContents {
  readonly name: string;
  readonly node: Node;
  readonly nar: NarCalculation;
  readonly ca: ContentAddress;
  readonly references: StorePathReferences;
}

/** Stores the path info; what is there already stays, with the signatures that it may have. */
export async function addAddressedContents(
  { pathInfos }: Pick<StoreServices, "pathInfos">,
  { name, node, nar, ca, references }: AddressedContents,
  options: CallOptions,
): Promise<PathInfo> {
  const storePath = contentAddressedPath(name, ca, references);
  const known = await pathInfos.get(storePath.digest, options);
  if (known) return known;
  const all = references.self ? [...references.others, storePath] : references.others;
  return await pathInfos.put({ storePath, node, references: all, ...nar, signatures: [], ca }, options);
}

/**
 * Gives contents that are in castore already the store path that follows from them, as `nix-store --add` and
 * `--add-fixed` do. A `FormatError` if the name can't be a store path's; `invalid-argument` if `flat` is asked for what
 * is no plain file.
 */
export async function addNode(
  services: StoreServices,
  name: string,
  node: Node,
  { method = "recursive", algorithm = "sha256", references = noReferences, signal }: AddNodeOptions = {},
): Promise<PathInfo> {
  const options = { signal };
  const hash = await hashNode(services, node, method, algorithm, options);
  const nar = await services.narCalculation.calculateNar(node, options);
  return await addAddressedContents(services, { name, node, nar, ca: { method, hash }, references }, options);
}
