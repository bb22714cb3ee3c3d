import type { BuiltinDefinition } from "@tvix-mesh/eval";
import { FetchSource, type FetchSourceOptions } from "./fetch-source.ts";
import { createTreeBuiltins } from "./fetch-tree-builtins.ts";
import { createUrlBuiltins } from "./fetch-url-builtins.ts";

export interface FetchBuiltinsOptions extends FetchSourceOptions {
  readonly experimentalFeatures: ReadonlySet<string>;
  isValidPath(storePath: string): boolean;
}

/** Everything that brings sources from elsewhere. */
export function createFetchBuiltins(options: FetchBuiltinsOptions): readonly BuiltinDefinition[] {
  const source = new FetchSource(options);
  const { isValidPath, experimentalFeatures } = options;
  return [...createUrlBuiltins(source), ...createTreeBuiltins({ source, isValidPath, experimentalFeatures })];
}
