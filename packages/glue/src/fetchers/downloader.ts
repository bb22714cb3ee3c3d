import { setTimeout as sleep } from "node:timers/promises";
import type { CallOptions } from "@tvix-mesh/service";
import pLimit from "p-limit";
import pRetry from "p-retry";
import { decodeContent } from "./decode-content.ts";
import { DownloadError } from "./download-error.ts";
import type { FetchLimits } from "./fetch-limits.ts";
import { limitBytes } from "./limit-bytes.ts";
import { openFile } from "./open-file.ts";
import { createHttpClient, type OpenedUrl, openHttp, type Validators } from "./open-http.ts";

export interface Download extends Validators {
  /** To be read once. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface DownloadOptions extends CallOptions {
  /** What is known already: an answer that still has these is not sent again. */
  readonly known?: Validators | undefined;
  /** The bytes as they are sent, even if the server says that they are compressed. */
  readonly isRaw?: boolean;
  /** Fewer attempts than the limits allow. */
  readonly attempts?: number;
}

/** Reads `http`, `https` and `file` URLs. */
export interface Downloader extends AsyncDisposable {
  /**
   * Lets `use` read what the URL holds, and answers what it answers; undefined if that is what `known` says. A failure
   * that may pass starts it all again, `use` too.
   */
  download<Result>(
    url: string,
    use: (download: Download) => Promise<Result>,
    options?: DownloadOptions,
  ): Promise<Result | undefined>;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url) throw new DownloadError("invalid-argument", text, "it is not a URL");
  if (url.protocol === "file:" && url.hostname !== "")
    throw new DownloadError("invalid-argument", text, "a file URL names no host");
  if (!["http:", "https:", "file:"].includes(url.protocol))
    throw new DownloadError("invalid-argument", text, `the scheme '${url.protocol.slice(0, -1)}' is not supported`);
  return url;
}

export function createDownloader(limits: FetchLimits): Downloader {
  const client = createHttpClient(limits);
  const limiter = pLimit(limits.parallelDownloads);

  async function attempt<Result>(
    url: URL,
    use: (download: Download) => Promise<Result>,
    { known = {}, isRaw = false }: DownloadOptions,
    signal: AbortSignal,
  ): Promise<Result | undefined> {
    const opened: OpenedUrl | undefined =
      url.protocol === "file:" ? openFile(url) : await openHttp(client, url, known, signal);
    if (!opened) return undefined;
    // What reads the body may fail with an error of its own when the body does: the body's is the one that tells.
    let failure: unknown;
    async function* watched(body: AsyncIterable<Uint8Array>) {
      try {
        yield* limitBytes(body, limits.downloadBytes, tooLarge(url.href, limits.downloadBytes));
      } catch (error) {
        failure = error;
        throw error;
      }
    }
    const sent = watched(opened.body);
    try {
      return await use({ ...opened, body: isRaw ? sent : decodeContent(sent, opened.contentEncoding) });
    } catch (error) {
      throw failure ?? error;
    }
  }

  async function withRetries<Result>(
    url: URL,
    use: (download: Download) => Promise<Result>,
    options: DownloadOptions,
  ): Promise<Result | undefined> {
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    try {
      return await pRetry(() => attempt(url, use, options, signal), {
        retries: (options.attempts ?? limits.attempts) - 1,
        minTimeout: limits.firstRetryMs,
        randomize: true,
        signal,
        async shouldRetry({ error }) {
          if (!(error instanceof DownloadError) || !error.isTransient) return false;
          if (error.retryAfterMs !== undefined) await sleep(error.retryAfterMs, undefined, { signal });
          return true;
        },
      });
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      stop.abort();
    }
  }

  return {
    download: async (text, use, options = {}) => {
      const url = parseUrl(text);
      return await limiter(() => withRetries(url, use, options));
    },
    [Symbol.asyncDispose]: () => client.destroy(),
  };
}

function tooLarge(url: string, maxBytes: number): string {
  return `unable to download '${url}': it is larger than ${maxBytes} bytes`;
}
