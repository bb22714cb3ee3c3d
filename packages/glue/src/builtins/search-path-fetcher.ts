import { decodeByteString, encodeByteString } from "@tvix-mesh/eval";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { FetchPlaces } from "../fetchers/fetch-places.ts";
import type { Fetch } from "./fetch-source.ts";
import { resolveChannel } from "./fetch-url-builtins.ts";

export interface SearchPathFetcherOptions {
  readonly places: FetchPlaces;
  readonly fetch: Fetch;
  /** What entries were found to stand for in the evaluation under way, which asks again for every name. */
  readonly known: () => Map<string, string | undefined>;
  /** Byte strings. */
  warn(message: string): void;
}

/**
 * What an entry of the search path stands for that is an archive's URL or a channel: the store path that it is unpacked
 * to. Undefined, with a warning, if it can't be fetched.
 */
export type SearchPathFetcher = (entry: string) => string | undefined;

export function createSearchPathFetcher({ places, fetch, known, warn }: SearchPathFetcherOptions): SearchPathFetcher {
  const find: SearchPathFetcher = (entry) => {
    if (!/^(channel:|(http|https|file):\/\/)/.test(entry) || places.isPure) return undefined;
    const url = resolveChannel(entry);
    places.requireUri(url);
    try {
      const fetched = fetch({ kind: "tarball", url: decodeByteString(places.localUrl(url)), name: "source" });
      for (const message of fetched.warnings) warn(encodeByteString(message));
      return fetched.storePath;
    } catch (error) {
      if (!ServiceError.is(error)) throw error;
      warn(`Nix search path entry '${entry}' cannot be downloaded, ignoring: ${encodeByteString(error.message)}`);
      return undefined;
    }
  };
  return (entry) => {
    const found = known();
    if (!found.has(entry)) found.set(entry, find(entry));
    return found.get(entry);
  };
}
