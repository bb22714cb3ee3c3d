import { StorePath } from "@tvix-mesh/nix-compat";
import type { BridgeMethods } from "../evaluation/bridge-methods.ts";
import type { EvaluationState } from "../evaluation/evaluation-state.ts";
import type { StoreEvalIO } from "../store-eval-io.ts";
import type { TreeFilter } from "./hash-tree.ts";
import type { AddTreeOptions } from "./source-registry.ts";

/** What a path of an evaluation becomes in the store. */
export interface AddedTree {
  readonly storePath: StorePath;
  /** Over the NAR, or for `flat` over the file's bytes. */
  readonly sha256: Uint8Array;
  /** Whether the tree still looks as it did; undefined if that can't be told. */
  readonly isUnchanged: (() => boolean) | undefined;
}

/** Adds what lies at a path of the evaluation. Throws what the file system, the formats and the services throw. */
export type TreeAdder = (path: string, options: AddTreeOptions) => AddedTree;

export interface TreeAdderOptions {
  readonly io: StoreEvalIO;
  readonly state: EvaluationState;
  readonly bridge: BridgeMethods;
}

/** The paths below `root` that the filter lets through. Below a directory that it keeps out it isn't asked. */
function includedPaths(io: StoreEvalIO, root: string, filter: TreeFilter): ReadonlySet<string> {
  const included = new Set<string>();
  const visit = (directory: string) => {
    for (const [name, type] of [...io.readDir(directory)].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const path = `${directory}/${name}`;
      if (!filter(path, type)) continue;
      included.add(path.slice(root.length + 1));
      if (type === "directory") visit(path);
    }
  };
  if (io.fileType(root) === "directory") visit(root);
  return included;
}

/** Trees of this machine are uploaded later; what only the services have is copied by them. */
export function createTreeAdder({ io, state, bridge }: TreeAdderOptions): TreeAdder {
  return (path, options) => {
    const place = io.withinServices(path);
    if (place === undefined) {
      const origin = io.originOf(path);
      const { storePath, sha256, fingerprint } = state.sources.addTree(origin, options);
      const isUnchanged = () => fingerprint === state.sources.fingerprint(storePath, origin.path);
      return { storePath, sha256, isUnchanged: fingerprint === undefined ? undefined : isUnchanged };
    }
    const { name, method = "recursive", filter } = options;
    const included = filter && includedPaths(io, place, filter);
    const { storePath, sha256 } = bridge.copyWithinStore({ path: place, name, method, included });
    return { storePath: StorePath.parseAbsolute(storePath), sha256, isUnchanged: () => true };
  };
}
