import { join } from "node:path";
import type { CallOptions } from "@tvix-mesh/service";
import type { StoreServices } from "@tvix-mesh/store";
import { defaultCacheDirectory } from "./cache-directory.ts";
import { createDownloader } from "./downloader.ts";
import { createFetchCache } from "./fetch-cache.ts";
import { defaultFetchLimits, type FetchLimits } from "./fetch-limits.ts";
import { fetchOutput } from "./fetch-output.ts";
import { fetchPath } from "./fetch-path.ts";
import { fetchUrl, type UrlFacts, type UrlFetchParts } from "./fetch-url.ts";
import type { Fetched, Fetcher, FetchRequest } from "./fetcher.ts";
import { fetchGit, type GitFetchParts, type RevisionFacts } from "./git/fetch-git.ts";
import type { RefFacts } from "./git/git-clone.ts";

export interface FetcherOptions {
  /** Where clones, and what is known of URLs, are kept; `$XDG_CACHE_HOME/tvix-mesh` by default. */
  readonly cacheDirectory?: string | undefined;
  /** How long what a URL or branch holds isn't asked again; an hour by default, as Nix's `tarball-ttl`. */
  readonly ttlMs?: number | undefined;
  /** Servers that are asked for `builtin:fetchurl`'s files by hash first, as Nix's `hashed-mirrors`; none by default. */
  readonly hashedMirrors?: readonly string[] | undefined;
  readonly limits?: Partial<FetchLimits> | undefined;
  readonly now?: (() => number) | undefined;
}

const hourMs = 3_600_000;

export function createFetcher(services: StoreServices, options: FetcherOptions = {}): Fetcher {
  const limits = { ...defaultFetchLimits, ...options.limits };
  const cacheDirectory = options.cacheDirectory ?? defaultCacheDirectory();
  const now = options.now ?? Date.now;
  const downloader = createDownloader(limits);
  const common = { services, limits, now, ttlMs: options.ttlMs ?? hourMs };
  const urls: UrlFetchParts = {
    ...common,
    downloader,
    cache: createFetchCache<UrlFacts>(join(cacheDirectory, "urls"), now),
  };
  const repositories: GitFetchParts = {
    ...common,
    cacheDirectory,
    cache: createFetchCache<RefFacts>(join(cacheDirectory, "git-refs"), now),
    revisions: createFetchCache<RevisionFacts>(join(cacheDirectory, "git-revisions"), now),
  };

  async function fetch(request: FetchRequest, callOptions: CallOptions = {}): Promise<Fetched> {
    switch (request.kind) {
      case "file":
      case "tarball":
        return await fetchUrl(urls, request, callOptions);
      case "git":
        return await fetchGit(repositories, request, callOptions);
      case "path":
        return await fetchPath(services, request, callOptions);
    }
  }

  return {
    fetch,
    fetchOutput: (request, callOptions = {}) => fetchOutput(urls, options.hashedMirrors ?? [], request, callOptions),
    [Symbol.asyncDispose]: () => downloader[Symbol.asyncDispose](),
  };
}
