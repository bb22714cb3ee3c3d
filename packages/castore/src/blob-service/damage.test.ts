import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  BlobService as BlobServiceDescriptor,
  StatBlobResponseSchema,
} from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { bindService, openChannel, type ServiceError, type ServiceImplementation } from "@tvix-mesh/service";
import { beforeAll, describe, expect, it } from "vitest";
import { B3Digest } from "../b3-digest.ts";
import { hashB3 } from "../b3-hasher.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import type { BlobService, ChunkMeta } from "./blob-service.ts";
import { chunkListToMessage, decodeChunkList, encodeChunkList } from "./chunk-list-message.ts";
import { createBlobServiceClient } from "./grpc-client.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";

const data = new Uint8Array(2_000_000);
for (let index = 0, state = 1; index < data.length; index += 1) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  data[index] = state >>> 24;
}
const small = data.subarray(0, 5000);
const largeDigest = hashB3(data);
const smallDigest = hashB3(small);

async function put(service: BlobService, bytes: Uint8Array): Promise<void> {
  await using writer = await service.openWrite();
  await writer.write(bytes);
  await writer.close();
}

async function read(service: BlobService, digest: B3Digest): Promise<Uint8Array> {
  const reader = await service.openRead(digest);
  return Buffer.concat(reader ? await Array.fromAsync(reader.read()) : []);
}

const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes.at(at) as number) ^ 0x40);

describe("a blob service over damaged objects", () => {
  let objects: ObjectStore;
  let service: BlobService;
  beforeAll(async () => {
    objects = createMemoryObjectStore();
    service = createObjectStoreBlobService(objects);
    await put(service, data);
    await put(service, small);
  });

  const damages: readonly (readonly [string, (value: Uint8Array) => Uint8Array])[] = [
    ["a bit flipped at its start", (value) => flip(value, 0)],
    ["a bit flipped in its middle", (value) => flip(value, value.length >> 1)],
    ["a bit flipped at its end", (value) => flip(value, -1)],
    ["cut short", (value) => value.subarray(0, -1)],
    ["emptied", () => new Uint8Array()],
    ["something appended", (value) => new Uint8Array([...value, 1])],
  ];

  it.each(damages)("serves no wrong byte of a chunk with %s", async (_what, damage) => {
    for await (const key of objects.list("chunks/")) {
      const value = (await objects.get(key)) as Uint8Array;
      await objects.put(key, damage(value));
      const digest = key.endsWith(smallDigest.hex) ? smallDigest : largeDigest;
      // Some bytes of zstd don't matter; then what comes out is right.
      const outcome = read(service, digest).then((bytes) => hashB3(bytes).hex);
      const refused = outcome.catch((error: ServiceError) => error.code);
      expect(["data-loss", digest.hex], key).toContain(await refused);
      await objects.put(key, value);
    }
    expect(hashB3(await read(service, largeDigest)).hex).toBe(largeDigest.hex);
  });

  it("refuses chunks that have changed places", async () => {
    const keys = await Array.fromAsync(objects.list("chunks/"));
    const [first, second] = [keys[0] as string, keys[1] as string];
    const values = [(await objects.get(first)) as Uint8Array, (await objects.get(second)) as Uint8Array] as const;
    await objects.put(first, values[1]);
    await objects.put(second, values[0]);
    await expect(read(service, largeDigest)).rejects.toMatchObject({ code: "data-loss" });
    await objects.put(first, values[0]);
    await objects.put(second, values[1]);
  });

  it("names a missing chunk", async () => {
    const [chunk] = (await service.chunks(largeDigest)) ?? [];
    const key = (await Array.fromAsync(objects.list("chunks/"))).find((each) =>
      each.endsWith(chunk?.digest.hex ?? "?"),
    );
    const value = (await objects.get(key as string)) as Uint8Array;
    await objects.delete(key as string);
    await expect(read(service, largeDigest)).rejects.toThrow(`its chunk ${chunk?.digest} is missing`);
    await objects.put(key as string, value);
  });

  it.each<[string, (chunks: readonly ChunkMeta[]) => readonly ChunkMeta[]]>([
    ["two chunks exchanged", ([first, second, ...rest]) => [second as ChunkMeta, first as ChunkMeta, ...rest]],
    ["a chunk too few", (chunks) => chunks.slice(1)],
    ["a chunk twice", (chunks) => [...chunks, chunks[0] as ChunkMeta]],
    ["a wrong size", ([first, ...rest]) => [{ ...(first as ChunkMeta), sizeBytes: 7 }, ...rest]],
  ])("refuses a list of chunks with %s", async (_what, change) => {
    const [key] = await Array.fromAsync(objects.list("blobs/"));
    const list = (await objects.get(key as string)) as Uint8Array;
    await objects.put(key as string, encodeChunkList(largeDigest, change(decodeChunkList(largeDigest, list))));
    await expect(read(service, largeDigest)).rejects.toMatchObject({ code: "data-loss" });
    await objects.put(key as string, list);
  });

  it("refuses a list of chunks that was cut short where a chunk ends, and takes one without a checksum", async () => {
    const [key] = (await Array.fromAsync(objects.list("blobs/"))) as [string];
    const list = (await objects.get(key)) as Uint8Array;
    const { chunks } = fromBinary(StatBlobResponseSchema, list);
    const last = toBinary(StatBlobResponseSchema, create(StatBlobResponseSchema, { chunks: chunks.slice(-1) }));
    await objects.put(key, list.subarray(0, -last.length));
    await expect(service.openRead(largeDigest)).rejects.toMatchObject({ code: "data-loss" });
    await objects.put(key, toBinary(StatBlobResponseSchema, create(StatBlobResponseSchema, { chunks })));
    expect(hashB3(await read(service, largeDigest)).hex).toBe(largeDigest.hex);
    await objects.put(key, list);
  });
});

describe("a blob service client of a server that lies", () => {
  const honest = createObjectStoreBlobService(createMemoryObjectStore());
  beforeAll(async () => {
    await put(honest, data);
    await put(honest, small);
  });

  type Implementation = ServiceImplementation<typeof BlobServiceDescriptor>;

  /** Answers `bytes` for every digest, in two messages, and says that it has the chunks `list`. */
  function lying(bytes: Uint8Array, list: readonly ChunkMeta[] = []): Implementation {
    return {
      stat: async () =>
        create(StatBlobResponseSchema, {
          chunks: list.map((chunk) => ({ digest: chunk.digest.toBytes(), size: BigInt(chunk.sizeBytes) })),
        }),
      async *read() {
        yield { data: bytes.subarray(0, 1000) };
        yield { data: bytes.subarray(1000) };
      },
      put: async () => ({ digest: new Uint8Array(32) }),
    };
  }

  async function withClient(
    implementation: Implementation,
    use: (client: BlobService) => Promise<void>,
  ): Promise<void> {
    await using server = await startLoopbackServer("blob-service", [
      bindService(BlobServiceDescriptor, implementation),
    ]);
    await use(createBlobServiceClient(server.channel));
  }

  it.each<[string, Uint8Array]>([
    ["a wrong byte", flip(small, 4999)],
    ["a byte too few", small.subarray(0, -1)],
    ["a byte too many", data.subarray(0, 5001)],
    ["nothing", new Uint8Array()],
  ])("refuses a small blob with %s", async (_what, bytes) => {
    await withClient(lying(bytes), async (client) => {
      await expect(read(client, smallDigest)).rejects.toMatchObject({ code: "data-loss" });
      const opening = client.openRead(smallDigest, { expectedSizeBytes: small.length });
      await expect(opening).rejects.toMatchObject({ code: "data-loss" });
    });
  });

  it.each([0, 999, 1000, 700_000, 1_999_999])(
    "hands out no byte of the chunk in which byte %i is wrong",
    async (at) => {
      const chunks = (await honest.chunks(largeDigest)) ?? [];
      await withClient(lying(flip(data, at), chunks), async (client) => {
        const reader = await client.openRead(largeDigest);
        let receivedBytes = 0;
        const reading = (async () => {
          for await (const piece of reader?.read() ?? []) receivedBytes += piece.length;
        })();
        await expect(reading).rejects.toMatchObject({ code: "data-loss" });
        expect(receivedBytes).toBeLessThanOrEqual(at);
      });
    },
  );

  /** Another blob whose chunks are honest ones, but not those of the digest that is asked for. */
  async function listOf(other: Uint8Array): Promise<readonly ChunkMeta[]> {
    await put(honest, other);
    return (await honest.chunks(hashB3(other))) ?? [];
  }

  it.each([
    ["without an outboard", undefined],
    ["with that of its own list", "other"],
    ["with the right outboard", "right"],
    ["with a random outboard", "random"],
  ])("catches a lie in the list of chunks for ranges too, %s", async (_what, which) => {
    const other = flip(data, 1_000_000);
    const chunks = await listOf(other);
    const outboards: Record<string, Uint8Array | undefined> = {
      other: await honest.outboard?.(hashB3(other)),
      right: await honest.outboard?.(largeDigest),
      random: data.subarray(0, 8 + 64 * 121),
    };
    const bao = which === undefined ? undefined : outboards[which];
    const liar: Implementation = {
      ...lying(other, chunks),
      stat: async () => chunkListToMessage(chunks, bao),
      async *read({ digest }) {
        const reader = await honest.openRead(
          B3Digest.fromBytes(digest).equals(largeDigest) ? hashB3(other) : B3Digest.fromBytes(digest),
        );
        for await (const piece of reader?.read() ?? []) yield { data: piece };
      },
    };
    await withClient(liar, async (client) => {
      const received: number[] = [];
      const reading = (async () => {
        const reader = await client.openRead(largeDigest);
        for await (const piece of reader?.read({ offset: 999_990, length: 20 }) ?? []) received.push(...piece);
      })();
      await expect(reading).rejects.toMatchObject({ code: "data-loss" });
      expect(received).toEqual([]);
    });
  });

  it("refuses a wrong blob without chunks", async () => {
    await withClient(lying(flip(data, 1_500_000)), async (client) => {
      await expect(read(client, largeDigest)).rejects.toMatchObject({ code: "data-loss" });
    });
  });

  it("refuses a chunk that is too large to be held", async () => {
    const list = [{ digest: smallDigest, sizeBytes: 2 ** 40 }];
    await withClient(lying(data, list), async (client) => {
      await expect(client.openRead(largeDigest)).rejects.toMatchObject({ code: "data-loss" });
    });
  });

  it("refuses another digest as the answer to a put", async () => {
    await withClient(lying(data), async (client) => {
      await expect(put(client, small)).rejects.toMatchObject({ code: "data-loss" });
    });
  });

  it("names the daemon that it can't reach", async () => {
    using channel = openChannel({ name: "blob-service", address: "http://127.0.0.1:1", unaryTimeoutMs: 5000 });
    const client = createBlobServiceClient(channel);
    const expected = {
      code: "unavailable",
      message: expect.stringMatching(/^Cannot reach blob-service at http:\/\/127.0.0.1:1: /),
    };
    await expect(client.has(smallDigest)).rejects.toMatchObject(expected);
    await expect(put(client, data)).rejects.toMatchObject(expected);
  });
});
