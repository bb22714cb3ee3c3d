import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with the next requests, first come first served. */
export type Fault = "503" | "500" | "reset" | "hang" | "cut-body" | "corrupt-body";

export interface FaultProxy extends AsyncDisposable {
  readonly endpoint: string;
  readonly faults: Fault[];
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(message as AsyncIterable<Buffer>));
}

/** Passes requests on to an HTTP server, except for the `faults` that a test asks for. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const faults: Fault[] = [];

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = faults.shift();
    if (fault === "hang") return;
    if (fault === "reset") return void incoming.socket.resetAndDestroy();
    const body = await bodyOf(incoming);
    if (fault === "503" || fault === "500") return void response.writeHead(Number(fault)).end();
    const { method, headers, url = "/" } = incoming;
    const outgoing = request(new URL(url, target), { method, headers });
    outgoing.end(body);
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    const content = await bodyOf(reply);
    response.writeHead(reply.statusCode ?? 500, reply.headers);
    if (fault === "cut-body") {
      response.write(content.subarray(0, content.length >> 1));
      return void setImmediate(() => incoming.socket.resetAndDestroy());
    }
    if (fault === "corrupt-body" && content.length > 0)
      content[content.length >> 1] = ~(content[content.length >> 1] as number);
    response.end(content);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
