import { BlobBatchService } from "@tvix-mesh/proto/mesh/castore/v1/blob_batch";
import { bindService, type ServiceImplementation } from "@tvix-mesh/service";
import { describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import { hasBlobs, putBlobs, readBlobs } from "./blob-batches.ts";
import type { BlobService } from "./blob-service.ts";
import { BlobUploads } from "./blob-uploads.ts";
import { createBlobServiceClient } from "./grpc-client.ts";
import { bindBlobService } from "./grpc-server.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const first = text("first");
const second = text("second");
const digests = [hashB3(first), hashB3(second)];

type Implementation = ServiceImplementation<typeof BlobBatchService>;

const honest: Implementation = {
  stat: async ({ digests: asked }) => ({ present: asked.map(() => true) }),
  async *read() {
    yield { blobs: [{ data: first }, { data: second }] };
  },
  async *put(requests) {
    for await (const { blobs } of requests) yield { digests: blobs.map((blob) => hashB3(blob).toBytes()) };
  },
};

async function withClient(lies: Partial<Implementation>, use: (client: BlobService) => Promise<void>): Promise<void> {
  await using server = await startLoopbackServer("blob-service", [
    bindService(BlobBatchService, { ...honest, ...lies }),
  ]);
  await use(createBlobServiceClient(server.channel));
}

async function* once(): AsyncGenerator<readonly Uint8Array[]> {
  yield [first, second];
}

describe("batches of a server that lies", () => {
  it.each<[string, readonly (Uint8Array | undefined)[]]>([
    ["a wrong byte", [first, text("sEcond")]],
    ["blobs exchanged", [second, first]],
    ["a blob too few", [first]],
    ["a blob too many", [first, second, second]],
  ])("readBlobs() refuses %s", async (_what, blobs) => {
    async function* read() {
      yield { blobs: blobs.map((data) => (data ? { data } : {})) };
    }
    await withClient({ read }, async (client) => {
      await expect(Array.fromAsync(readBlobs(client, digests))).rejects.toMatchObject({ code: "data-loss" });
    });
  });

  it("hasBlobs() refuses an answer too few", async () => {
    const stat: Implementation["stat"] = async ({ digests: asked }) => ({ present: asked.slice(1).map(() => true) });
    await withClient({ stat }, async (client) => {
      await expect(hasBlobs(client, digests)).rejects.toMatchObject({ code: "data-loss" });
    });
  });

  it.each<[string, readonly Uint8Array[][]]>([
    ["another digest", [[digests[0]?.toBytes() as Uint8Array, new Uint8Array(32)]]],
    ["a digest too few", [[digests[0]?.toBytes() as Uint8Array]]],
    ["no answer", []],
  ])("putBlobs() refuses %s", async (_what, answers) => {
    const put: Implementation["put"] = async function* (requests) {
      for await (const _request of requests);
      for (const answer of answers) yield { digests: answer };
    };
    await withClient({ put }, async (client) => {
      await expect(Array.fromAsync(putBlobs(client, once()))).rejects.toMatchObject({ code: "data-loss" });
    });
  });
});

describe("BlobUploads", () => {
  it("stores thousands of blobs in few calls, and sends none that is there", async () => {
    const calls: string[] = [];
    await using inner = createObjectStoreBlobService(createMemoryObjectStore());
    const counting = bindBlobService(inner).map((binding) => ({
      ...binding,
      implementation: new Proxy(binding.implementation, {
        get(target, name) {
          const method = target[name as string];
          return (...args: [never, never]) => {
            calls.push(name as string);
            return method?.(...args);
          };
        },
      }),
    }));
    await using server = await startLoopbackServer("blob-service", counting);
    const client = createBlobServiceClient(server.channel);
    const blobs = Array.from({ length: 3000 }, (_, index) => text(`blob ${index % 2000}`));
    for (const expected of [true, false]) {
      await using uploads = new BlobUploads(client);
      const sent = await Promise.all(blobs.map((bytes) => uploads.store(hashB3(bytes), bytes)));
      expect(sent.slice(0, 2000).every((wasSent) => wasSent === expected)).toBe(true);
    }
    expect(calls.length).toBeLessThan(20);
    expect(await hasBlobs(client, blobs.map(hashB3))).not.toContain(false);
  });

  it("fails what waits and what comes later when the service fails", async () => {
    const inner = createObjectStoreBlobService(createMemoryObjectStore());
    const full = new Error("full");
    const blobs: BlobService = { ...inner, putMany: undefined, openWrite: () => Promise.reject(full) };
    await using uploads = new BlobUploads(blobs);
    const outcomes = await Promise.allSettled(
      digests.map((digest, index) => uploads.store(digest, index ? second : first)),
    );
    expect(outcomes).toEqual(digests.map(() => ({ status: "rejected", reason: full })));
    await expect(uploads.store(hashB3(text("x")), text("x"))).rejects.toBe(full);
  });
});
