import { Readable } from "node:stream";
import type { DockerEngine } from "./docker-engine.ts";

// The receiver serves the loopback address, so a forwarder makes it reachable from other containers.
const script = `
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream";
import { startTraceReceiver } from "/app/packages/cli/src/trace/receiver.ts";
const { url } = await startTraceReceiver({ port: 0, maximumTraces: 1000 });
createServer((socket) => {
  const receiver = connect(Number(new URL(url).port), "127.0.0.1");
  pipeline(socket, receiver, socket, () => {});
}).listen(4318, "0.0.0.0");
`;

/** Makes an image with the receiver of `tvix up`, which takes OTLP on port 4318, from the image of the daemons. */
export async function buildReceiverImage(engine: DockerEngine, image: string): Promise<void> {
  const entrypoint = JSON.stringify(["node", "--input-type=module", "--eval", script]);
  const dockerfile = `FROM tvix-mesh\nENTRYPOINT ${entrypoint}\n`;
  await engine.docker(["build", "--tag", image, "-"], Readable.from([dockerfile]));
}
