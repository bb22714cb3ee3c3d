import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { readOtlpJson } from "./otlp-json.ts";
import { readOtlpProtobuf } from "./otlp-protobuf.ts";
import { TraceStore } from "./trace-store.ts";

export interface TraceReceiverOptions {
  /** 0 for any. If it is taken, any other is used. */
  readonly port: number;
  readonly maximumTraces: number;
}

/** A collector of spans that runs in this process. */
export interface TraceReceiver {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT must be. */
  readonly url: string;
  close(): void;
}

const maximumBodyBytes = 32 * 1024 * 1024;

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes > maximumBodyBytes) throw new RangeError(`the body is larger than ${maximumBodyBytes} bytes`);
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  return request.headers["content-encoding"] === "gzip"
    ? gunzipSync(body, { maxOutputLength: maximumBodyBytes })
    : body;
}

async function receive(request: IncomingMessage, response: ServerResponse, store: TraceStore): Promise<void> {
  const isProtobuf = request.headers["content-type"]?.includes("protobuf") ?? false;
  try {
    const body = await readBody(request);
    for (const span of isProtobuf ? readOtlpProtobuf(body) : readOtlpJson(body)) store.add(span);
  } catch (error) {
    return answer(response, 400, { error: `Cannot read spans: ${(error as Error).message}` });
  }
  if (isProtobuf) response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  else answer(response, 200, {});
}

async function handle(request: IncomingMessage, response: ServerResponse, store: TraceStore): Promise<void> {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  if (request.method === "POST" && path === "/v1/traces") return receive(request, response, store);
  if (request.method !== "GET") return answer(response, 404, { error: `Cannot ${request.method} ${path}` });
  if (path === "/traces") return answer(response, 200, { traces: store.list() });
  const id = /^\/traces\/(\w+)$/.exec(path)?.[1];
  const trace = id === undefined ? undefined : store.get(id);
  if (trace) answer(response, 200, trace);
  else answer(response, 404, { error: id === undefined ? `Cannot find ${path}` : `Cannot find trace ${id}` });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Starts to take spans by OTLP over HTTP, in JSON or protobuf, on the loopback address. `GET /traces` lists the traces,
 * the newest first; `GET /traces/ID` and `GET /traces/latest` answer one with its spans.
 */
export async function startTraceReceiver(options: TraceReceiverOptions): Promise<TraceReceiver> {
  const store = new TraceStore(options);
  const server = createServer((request, response) => {
    handle(request, response, store).catch((error: Error) => answer(response, 500, { error: error.message }));
  });
  const port = await listen(server, options.port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    return listen(server, 0);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
