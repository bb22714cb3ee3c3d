import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HttpError } from "./http-status.ts";

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Aborted when the client goes before it has its answer. */
  readonly signal: AbortSignal;
}

export function sendText(
  { request, response }: Exchange,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(text, "utf8");
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": body.length,
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** The rest of an iteration that has been started, its first result included. */
async function* resumed<Value>(first: IteratorResult<Value>, rest: AsyncIterator<Value>): AsyncGenerator<Value> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* requireSize(pieces: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  for await (const piece of pieces) {
    sentBytes += piece.length;
    if (sentBytes > sizeBytes) break;
    yield piece;
  }
  if (sentBytes !== sizeBytes)
    throw new HttpError(400, `Cannot send body: it isn't the announced ${sizeBytes} bytes long`);
}

/**
 * Sends `body`, which is `sizeBytes` long. The head goes out with the first piece, so that what fails before still gets
 * a status; what fails after, or has another size, breaks the connection off.
 */
export async function sendStream(
  { response, signal }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): Promise<void> {
  const iterator = body[Symbol.asyncIterator]();
  const first = await iterator.next();
  response.writeHead(status, { ...headers, "content-length": sizeBytes });
  await pipeline(Readable.from(requireSize(resumed(first, iterator), sizeBytes)), response, { signal });
}

/** The body as it comes in. Whoever stops before its end leaves the connection open for an answer. */
export function requestBody({ request }: Exchange): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}

/** The whole body as text. 413 if it is longer than `maxBytes`. */
export async function readText(exchange: Exchange, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of requestBody(exchange)) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) throw new HttpError(413, `Cannot read body: longer than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
