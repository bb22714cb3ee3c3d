import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { BlobRangeService } from "@tvix-mesh/proto/mesh/castore/v1/blob_range";
import { bindService, openChannel } from "@tvix-mesh/service";
import { describe, expect, it } from "vitest";
import type { B3Digest } from "../b3-digest.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import { bindBlobRangeService } from "./blob-range-grpc-server.ts";
import type { BlobService } from "./blob-service.ts";
import { createBlobServiceClient } from "./grpc-client.ts";
import { bindBlobService } from "./grpc-server.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";

async function put(blobs: BlobService, bytes: Uint8Array): Promise<B3Digest> {
  await using writer = await blobs.openWrite();
  await writer.write(bytes);
  return writer.close();
}

/** Passes everything on to `port`, and counts what comes back. */
async function startCounter(port: number) {
  let bytes = 0;
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on("error", () => undefined);
    far.on("data", (data) => {
      bytes += data.length;
    });
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const bytes = new Uint8Array(randomBytes(8 * 1024 * 1024 + 12_345));
const store = createObjectStoreBlobService(createMemoryObjectStore());
const digest = await put(store, bytes);

describe("BlobRangeService", () => {
  it("brings little more than what is asked for, whatever the size of the blob", async () => {
    await using server = await startLoopbackServer("blob-service", bindBlobService(store));
    using counter = await startCounter(Number(new URL(server.channel.peer.address).port));
    using channel = openChannel({ name: "blob-service", address: `http://127.0.0.1:${counter.port}` });
    const reader = await createBlobServiceClient(channel).openRead(digest);
    expect(reader?.sizeBytes).toBe(bytes.length);
    const pieces = await Array.fromAsync(reader?.read({ offset: 4_000_000, length: 100_000 }) ?? []);
    expect(Buffer.compare(Buffer.concat(pieces), bytes.subarray(4_000_000, 4_100_000))).toBe(0);
    expect(counter.bytes).toBeLessThan(200_000);
  });

  it("hands out no byte of a server that lies about the part, its proof or the size", async () => {
    const honest = bindBlobRangeService(store).implementation.readRange as (
      request: unknown,
      context: unknown,
    ) => AsyncIterable<{ proof?: Uint8Array; data?: Uint8Array }>;
    const other = await put(store, new Uint8Array(randomBytes(8 * 1024 * 1024)));
    const flipped = (part: Uint8Array | undefined): Uint8Array | undefined =>
      part?.with(part.length >> 1, (part[part.length >> 1] as number) ^ 1);
    const lies: Record<string, (message: { proof?: Uint8Array; data?: Uint8Array }) => object[]> = {
      "a wrong byte": ({ proof, data }) => [proof ? { proof } : { data: flipped(data) }],
      "a wrong proof": ({ proof, data }) => [proof ? { proof: flipped(proof) } : { data }],
      "too few bytes": ({ proof, data }) => [proof ? { proof } : { data: data?.subarray(1) }],
      "too many bytes": (message) => (message.proof ? [message] : [message, message]),
      "no proof": ({ proof, data }) => (proof ? [] : [{ data }]),
    };
    for (const [name, lie] of Object.entries(lies)) {
      let isLying = false;
      const [first, ...rest] = bindBlobService(store);
      const liar = bindService(BlobRangeService, {
        async *readRange(request, context) {
          for await (const message of honest(request, context)) yield* isLying ? lie(message) : [message];
        },
      });
      const bindings = [first, ...rest].filter(
        (binding) => binding !== undefined && binding.service !== BlobRangeService,
      );
      await using server = await startLoopbackServer("blob-service", [...(bindings as never[]), liar]);
      const reader = await createBlobServiceClient(server.channel).openRead(digest);
      isLying = true;
      const handedOut: Uint8Array[] = [];
      const reading = (async () => {
        for await (const piece of reader?.read({ offset: 1_000_000, length: 3_000_000 }) ?? []) handedOut.push(piece);
      })();
      await expect(reading, name).rejects.toMatchObject({ code: "data-loss" });
      expect(handedOut, name).toEqual([]);
      await expect(createBlobServiceClient(server.channel).openRead(other), name).rejects.toMatchObject({
        code: "data-loss",
      });
    }
  });
});
