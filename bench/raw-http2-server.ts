import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";

// The peer that a transfer is measured against: HTTP/2 with the windows of our daemons and nothing above it.
const windowBytes = 4 * 1024 * 1024;
const piece = Buffer.alloc(512 * 1024, 0x5a);

const server = createServer({ settings: { initialWindowSize: windowBytes } });
server.on("session", (session) => session.setLocalWindowSize(windowBytes));
server.on("stream", (stream, headers) => {
  if (headers[":method"] === "POST") {
    let bytes = 0;
    stream.on("data", (data: Buffer) => {
      bytes += data.length;
    });
    stream.on("end", () => stream.end(String(bytes)));
    return;
  }
  let left = Number(headers[":path"]?.slice(1));
  const send = (): void => {
    while (left > 0) {
      const part = piece.subarray(0, Math.min(left, piece.length));
      left -= part.length;
      if (!stream.write(part)) {
        stream.once("drain", send);
        return;
      }
    }
    stream.end();
  };
  send();
});
server.listen(0, "127.0.0.1", () =>
  process.send?.({ addresses: [`127.0.0.1:${(server.address() as AddressInfo).port}`] }),
);
process.on("SIGTERM", () => process.exit(0));
