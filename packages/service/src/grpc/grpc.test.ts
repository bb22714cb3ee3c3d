import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { BlobService } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ServiceError } from "../service-error.ts";
import { type Channel, openChannel } from "./channel.ts";
import { createClient } from "./client.ts";
import { addService, createGrpcServer } from "./server.ts";
import { bindService } from "./service-implementation.ts";

const big = new Uint8Array(8 * 1024 * 1024).fill(7);
let reads = 0;
let readEnded = 0;
let attempts = 0;

const binding = bindService(BlobService, {
  async stat(request, { signal }) {
    if (request.digest.length === 0) throw new ServiceError("not-found", "Cannot read blob: no such blob");
    if (request.digest.length === 1) throw new TypeError("a defect");
    if (request.digest.length === 3 && attempts++ < 2) throw new ServiceError("unavailable", "starting");
    if (request.digest.length === 2)
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    return { bao: request.digest };
  },
  async *read({ digest }) {
    try {
      for (let index = 0; index < (digest[0] ?? 0); index++) {
        reads++;
        yield { data: big.subarray(0, 1024 * 1024) };
      }
      if (digest.length > 1) throw new ServiceError("data-loss", "Cannot read blob: a chunk is damaged");
    } finally {
      readEnded++;
    }
  },
  async put(requests) {
    let size = 0;
    for await (const { data } of requests) {
      size += data.length;
      if (data.length === 13) throw new ServiceError("resource-exhausted", "Cannot write blob: disk is full");
    }
    return { digest: new Uint8Array([size & 255, (size >> 8) & 255, (size >> 16) & 255, size >> 24]) };
  },
});

let server: Server;
let channel: Channel;
let client: ReturnType<typeof createClient<typeof BlobService>>;

beforeAll(async () => {
  server = createGrpcServer();
  addService(server, binding);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  channel = openChannel({ name: "blob-service", address: `http://127.0.0.1:${port}` });
  client = createClient(BlobService, channel);
});

afterAll(() => {
  channel[Symbol.dispose]();
  server.forceShutdown();
});

async function* pieces(...all: readonly Uint8Array[]) {
  for (const data of all) yield { data };
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function drain(stream: AsyncIterable<{ data: Uint8Array }>): Promise<number> {
  let size = 0;
  for await (const { data } of stream) size += data.length;
  return size;
}

describe("client and server", () => {
  test("unary answers what the handler returned", async () => {
    const digest = new Uint8Array(32).fill(9);
    expect((await client.stat({ digest })).bao).toEqual(digest);
  });

  test("a ServiceError arrives with its code and its words", async () => {
    expect(await failure(client.stat({}))).toMatchObject({
      code: "not-found",
      message: "Cannot read blob: no such blob",
    });
  });

  test("a defect arrives as internal", async () => {
    expect(await failure(client.stat({ digest: new Uint8Array(1) }))).toMatchObject({ code: "internal" });
  });

  test.each([0, 1, 5])("server streaming delivers %d messages", async (count) => {
    expect(await drain(client.read({ digest: new Uint8Array([count]) }))).toBe(count * 1024 * 1024);
  });

  test("an error after messages reaches the reader behind them", async () => {
    let size = 0;
    const read = async () => {
      for await (const { data } of client.read({ digest: new Uint8Array([2, 0]) })) size += data.length;
    };
    expect(await failure(read())).toMatchObject({ code: "data-loss", message: "Cannot read blob: a chunk is damaged" });
    expect(size).toBe(2 * 1024 * 1024);
  });

  test("a reader that stops early ends the handler, and slow readers hold it back", async () => {
    reads = 0;
    const before = readEnded;
    for await (const _ of client.read({ digest: new Uint8Array([255]) })) break;
    await expect.poll(() => readEnded).toBe(before + 1);
    expect(reads).toBeLessThan(100);
  });

  test.each([[[]], [[1]], [[0, 5, 1024]], [[3 * 1024 * 1024, 8 * 1024 * 1024]]])(
    "client streaming delivers pieces of %j bytes",
    async (sizes) => {
      const total = sizes.reduce((sum: number, size) => sum + size, 0);
      const { digest } = await client.put(pieces(...sizes.map((size) => big.subarray(0, size))));
      expect(digest).toEqual(new Uint8Array([total & 255, (total >> 8) & 255, (total >> 16) & 255, total >> 24]));
    },
  );

  test("a server that refuses in the middle of an upload stops the source", async () => {
    let sent = 0;
    const endless = async function* () {
      yield { data: new Uint8Array(13) };
      for (; sent < 10_000; sent++) yield { data: big.subarray(0, 65_536) };
    };
    expect(await failure(client.put(endless()))).toMatchObject({
      code: "resource-exhausted",
      message: "Cannot write blob: disk is full",
    });
    expect(sent).toBeLessThan(10_000);
  });

  test("a source that fails fails the call with its own error", async () => {
    const broken = async function* () {
      yield { data: new Uint8Array(1) };
      throw new RangeError("source broke");
    };
    expect(await failure(client.put(broken()))).toMatchObject({ message: "source broke" });
  });

  test("an abort ends a call with the signal's reason", async () => {
    const controller = new AbortController();
    const call = client.stat({ digest: new Uint8Array(2) }, { signal: controller.signal });
    controller.abort(new Error("enough"));
    expect(await failure(call)).toMatchObject({ message: "enough" });
  });

  test("a deadline that passes names the peer", async () => {
    const call = client.stat({ digest: new Uint8Array(2) }, { timeoutMs: 50 });
    expect(await failure(call)).toMatchObject({
      code: "deadline-exceeded",
      message: expect.stringMatching(/^Cannot reach blob-service at http:\/\/127\.0\.0\.1:\d+: /),
    });
  });

  test("an idempotent call is repeated while the server is unavailable", async () => {
    attempts = 0;
    expect((await client.stat({ digest: new Uint8Array(3) })).bao).toEqual(new Uint8Array(3));
    expect(attempts).toBe(3);
  });
});

test("a daemon that is down is named, without a hang", async () => {
  using down = openChannel({ name: "blob-service", address: "http://127.0.0.1:1" });
  const downClient = createClient(BlobService, down);
  const expected = {
    code: "unavailable",
    message: expect.stringContaining("Cannot reach blob-service at http://127.0.0.1:1: "),
  };
  expect(await failure(downClient.stat({}))).toMatchObject(expected);
  expect(await failure(downClient.put(pieces(new Uint8Array(1))))).toMatchObject(expected);
  expect(await failure(drain(downClient.read({})))).toMatchObject(expected);
});

test("a daemon that accepts connections and says nothing is named, without a hang", async () => {
  const frozen = createServer().listen(0, "127.0.0.1");
  await once(frozen, "listening");
  const address = `http://127.0.0.1:${(frozen.address() as AddressInfo).port}`;
  using mute = openChannel({ name: "blob-service", address, unaryTimeoutMs: 200 });
  const muteClient = createClient(BlobService, mute);
  const expected = { message: expect.stringContaining(`Cannot reach blob-service at ${address}: `) };
  expect(await failure(muteClient.stat({}))).toMatchObject(expected);
  expect(await failure(muteClient.put(pieces(new Uint8Array(1))))).toMatchObject(expected);
  expect(await failure(drain(muteClient.read({})))).toMatchObject(expected);
  frozen.close();
});

test.each(["127.0.0.1:1", "ftp://x", "http://host/path", ""])("openChannel(%j) is refused", (address) => {
  expect(() => openChannel({ name: "x", address })).toThrow(`Cannot connect to "${address}"`);
});
