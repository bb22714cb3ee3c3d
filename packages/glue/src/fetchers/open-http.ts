import { STATUS_CODES } from "node:http";
import { type Dispatcher, EnvHttpProxyAgent, interceptors, request } from "undici";
import { DownloadError } from "./download-error.ts";
import type { FetchLimits } from "./fetch-limits.ts";

/** What makes an answer worth sending: unset fields are not asked about. */
export interface Validators {
  readonly etag?: string | undefined;
  /** As the server wrote it. */
  readonly lastModified?: string | undefined;
}

export interface OpenedUrl extends Validators {
  readonly contentEncoding: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

export type HttpClient = Dispatcher;

/** Honours the usual environment variables of proxies. */
export function createHttpClient(limits: FetchLimits): HttpClient {
  return new EnvHttpProxyAgent({
    connect: { timeout: limits.connectTimeoutMs },
    headersTimeout: limits.stalledTimeoutMs,
    bodyTimeout: limits.stalledTimeoutMs,
  }).compose(interceptors.redirect({ maxRedirections: limits.redirects, throwOnMaxRedirect: true }));
}

const requestTimeout = 408;
const tooManyRequests = 429;
/** Of the server's own failures, those that another attempt can't cure. */
const lastingServerErrors = new Set([501, 505, 511]);
const longestPauseMs = 60_000;

const errorCodes: Readonly<Record<number, "not-found" | "permission-denied">> = {
  401: "permission-denied",
  403: "permission-denied",
  404: "not-found",
  407: "permission-denied",
  410: "not-found",
};

function isTransientStatus(status: number): boolean {
  return status === requestTimeout || status === tooManyRequests || (status >= 500 && !lastingServerErrors.has(status));
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function statusError(url: string, status: number, retryAfter: string | undefined): DownloadError {
  const isTransient = isTransientStatus(status);
  const pauseMs = Number(retryAfter) * 1000;
  return new DownloadError(
    isTransient ? "unavailable" : (errorCodes[status] ?? "failed-precondition"),
    url,
    `HTTP error ${status} ('${STATUS_CODES[status] ?? "unknown status"}')`,
    { isTransient, retryAfterMs: pauseMs > 0 ? Math.min(pauseMs, longestPauseMs) : undefined },
  );
}

const lastingFailures = /^(ENOTFOUND|ERR_|CERT_|DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_|UND_ERR_(INVALID|REDIRECT|NOT_))/;
const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host is unknown",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  UND_ERR_CONNECT_TIMEOUT: "the connection was not accepted in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer came in time",
  UND_ERR_BODY_TIMEOUT: "the server has stopped sending",
  UND_ERR_SOCKET: "the connection was closed early",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the length is not the one that was announced",
};

/** What the connection did wrong, as an error that says so. */
function connectionError(url: string, cause: unknown): DownloadError {
  if (cause instanceof DownloadError) return cause;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = "code" in error ? String(error.code) : "";
  const isTransient = code !== "" && !lastingFailures.test(code) && !/redirect/i.test(error.message);
  const reason = reasons[code] ?? error.message;
  return new DownloadError("unavailable", url, reason, { isTransient, cause });
}

function basicAuthorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

async function* readBody(url: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of body) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  } catch (cause) {
    throw connectionError(url, cause);
  }
}

/** Gets a URL once. Undefined if it still has the `known` validators. Bodies are to be read to their end or left. */
export async function openHttp(
  client: HttpClient,
  url: URL,
  known: Validators,
  signal: AbortSignal,
): Promise<OpenedUrl | undefined> {
  const headers = {
    "user-agent": "tvix-mesh",
    "accept-encoding": "identity",
    ...basicAuthorization(url),
    ...(known.etag !== undefined && { "if-none-match": known.etag }),
    ...(known.lastModified !== undefined && { "if-modified-since": known.lastModified }),
  };
  const shown = withoutCredentials(url);
  const answer = await request(url, { dispatcher: client, headers, signal }).catch((cause: unknown) => {
    throw connectionError(shown, cause);
  });
  if (answer.statusCode === 200)
    return {
      etag: textOf(answer.headers.etag),
      lastModified: textOf(answer.headers["last-modified"]),
      contentEncoding: textOf(answer.headers["content-encoding"])?.toLowerCase(),
      body: readBody(shown, answer.body),
    };
  await answer.body.dump({ limit: 128 * 1024 }).catch(() => undefined);
  if (answer.statusCode === 304) return undefined;
  throw statusError(shown, answer.statusCode, textOf(answer.headers["retry-after"]));
}

function withoutCredentials(url: URL): string {
  if (url.username === "" && url.password === "") return url.href;
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}
