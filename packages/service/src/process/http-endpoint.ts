import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { context, propagation, SpanKind } from "@opentelemetry/api";
import { ServiceError } from "../service-error.ts";
import { withSpan } from "../telemetry/span.ts";
import { isTelemetryEnabled } from "../telemetry/telemetry-state.ts";
import type { TlsMaterial } from "./credentials.ts";
import type { Drain } from "./drain.ts";
import type { Endpoint } from "./endpoint.ts";
import { formatListenAddress } from "./listen-address.ts";

export interface HttpEndpointOptions {
  readonly listener: RequestListener;
  readonly tls: TlsMaterial | undefined;
  readonly drain: Drain;
}

/** By default Node.js cuts a request that takes five minutes to come in, as a large upload may. */
const limits = { requestTimeout: 0 };

/** Runs the listener within the trace that the request's headers continue, until the response is over. */
function traced(listener: RequestListener): RequestListener {
  if (!isTelemetryEnabled()) return listener;
  return (request, response) => {
    const attributes = { "http.request.method": request.method ?? "", "url.path": request.url ?? "" };
    const work = () =>
      new Promise<void>((resolve) => {
        response.once("close", resolve);
        listener(request, response);
      });
    context.with(propagation.extract(context.active(), request.headers), () =>
      withSpan(`HTTP ${request.method}`, { kind: SpanKind.SERVER, attributes }, work),
    );
  };
}

function createHttpServer(options: HttpEndpointOptions, isServing: () => boolean): Server {
  const inner = traced(options.listener);
  const listener: RequestListener = (request, response) => {
    if (request.url === "/healthz") {
      response.writeHead(isServing() ? 200 : 503, { "content-type": "text/plain" });
      response.end(isServing() ? "SERVING\n" : "NOT_SERVING\n");
      return;
    }
    try {
      options.drain.enter();
    } catch (error) {
      response
        .writeHead(503, { "content-type": "text/plain", "retry-after": "5" })
        .end(`${(error as Error).message}\n`);
      return;
    }
    response.once("close", () => options.drain.leave());
    inner(request, response);
  };
  if (!options.tls) return createServer(limits, listener);
  const { certificate, key, clientAuthorities } = options.tls;
  const mutual = clientAuthorities ? { ca: clientAuthorities, requestCert: true, rejectUnauthorized: true } : {};
  return createTlsServer({ ...limits, cert: certificate, key, ...mutual }, listener);
}

/** An HTTP/1.1 server with `/healthz` and drain. */
export function createHttpEndpoint(options: HttpEndpointOptions): Endpoint {
  let serving = false;
  const server = createHttpServer(options, () => serving);
  return {
    async listen(address) {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause) =>
          reject(
            new ServiceError("unavailable", `Cannot listen on ${formatListenAddress(address)}: ${cause.message}`, {
              cause,
            }),
          ),
        );
        if (address.kind === "unix") server.listen(address.path, resolve);
        else server.listen(address.port, address.host, resolve);
      });
      return address.kind === "unix" ? address : { ...address, port: (server.address() as AddressInfo).port };
    },
    setServing(value) {
      serving = value;
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
