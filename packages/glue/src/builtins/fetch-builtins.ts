import type { BuiltinDefinition } from "@tvix-mesh/eval";
import type { FetchPlaces } from "../fetchers/fetch-places.ts";
import { type Fetch, FetchSource } from "./fetch-source.ts";
import { createTreeBuiltins } from "./fetch-tree-builtins.ts";
import { createUrlBuiltins } from "./fetch-url-builtins.ts";

export interface FetchBuiltinsOptions {
  readonly places: FetchPlaces;
  readonly fetch: Fetch;
  readonly experimentalFeatures: ReadonlySet<string>;
  isValidPath(storePath: string): boolean;
}

/** Everything that brings sources from elsewhere. */
export function createFetchBuiltins(options: FetchBuiltinsOptions): readonly BuiltinDefinition[] {
  const source = new FetchSource(options.places, options.fetch);
  const { isValidPath, experimentalFeatures } = options;
  return [...createUrlBuiltins(source), ...createTreeBuiltins({ source, isValidPath, experimentalFeatures })];
}
