import type { StoreServices } from "@tvix-mesh/store";
import type { FetcherOptions } from "./create-fetcher.ts";
import type { Fetcher } from "./fetcher.ts";

/** A fetcher whose code is loaded when something is first fetched: most evaluations never do. */
export function createLazyFetcher(services: StoreServices, options: FetcherOptions | undefined): Fetcher {
  let opened: Promise<Fetcher> | undefined;
  const open = () => {
    opened ??= import("./create-fetcher.ts").then(({ createFetcher }) => createFetcher(services, options));
    return opened;
  };
  return {
    fetch: async (request, callOptions) => await (await open()).fetch(request, callOptions),
    fetchOutput: async (request, callOptions) => await (await open()).fetchOutput(request, callOptions),
    async [Symbol.asyncDispose]() {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}
