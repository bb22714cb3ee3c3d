import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import {
  type B3Digest,
  type BlobService,
  blobServiceKind,
  type DirectoryService,
  directoryServiceKind,
  hashB3,
  type ObjectStore,
} from "@tvix-mesh/castore";
import { describeBlobService } from "@tvix-mesh/castore/blob-service/conformance";
import { describeDirectoryService } from "@tvix-mesh/castore/directory-service/conformance";
import { describeObjectStore } from "@tvix-mesh/castore/object-store/conformance";
import { createS3ObjectStore, type S3ObjectStoreOptions } from "@tvix-mesh/castore/object-store/s3";
import { Composition, instanceFromUrl, type ServiceKind } from "@tvix-mesh/service";
import { pathInfoServiceKind } from "@tvix-mesh/store";
import { describePathInfoService } from "@tvix-mesh/store/conformance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultProxy, startFaultProxy } from "./testing/fault-proxy.ts";
import { type Radosgw, startRadosgw } from "./testing/radosgw.ts";

const bucket = "objects";
let server: Radosgw;
let client: S3Client;
let count = 0;

beforeAll(async () => {
  server = await startRadosgw();
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
});
afterAll(async () => {
  client?.destroy();
  await server?.[Symbol.asyncDispose]();
});

function prefix(isNew = true): string {
  if (isNew) count += 1;
  return `stores/${count}`;
}

function openStore(overrides: Partial<S3ObjectStoreOptions> = {}): ObjectStore {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  return createS3ObjectStore({ bucket, prefix: prefix(), endpoint, accessKeyId, secretAccessKey, ...overrides });
}

function url(endpoint = server.endpoint): string {
  const { accessKeyId, secretAccessKey } = server;
  const query = new URLSearchParams({ endpoint, access_key_id: accessKeyId, secret_access_key: secretAccessKey });
  return `objectstore+s3://${bucket}/${prefix()}?${query}`;
}

async function openService<Service extends object>({ section, backends }: ServiceKind<Service>, address = url()) {
  const instances = { root: instanceFromUrl(address) };
  const composition = new Composition<Service>({ kind: section, backends, instances });
  const service = await composition.resolve("root");
  return { service, [Symbol.asyncDispose]: () => composition[Symbol.asyncDispose]() };
}

describeObjectStore(
  "S3",
  async () => openStore(),
  async () => openStore({ prefix: prefix(false) }),
);
describeBlobService("S3", async (): Promise<BlobService & AsyncDisposable> => {
  const { service, ...disposal } = await openService(blobServiceKind);
  return { ...service, ...disposal };
});
describeDirectoryService("S3", async (): Promise<DirectoryService & AsyncDisposable> => {
  const { service, ...disposal } = await openService(directoryServiceKind);
  return { ...service, ...disposal };
});
describePathInfoService("S3", () => openService(pathInfoServiceKind));

const large = new Uint8Array(12_000_000).map((_, index) => Math.imul(index, 2654435761) >>> 15);
const partBytes = 5 * 1024 * 1024;

async function uploadsUnderWay(): Promise<number> {
  return (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads?.length ?? 0;
}

describe("createS3ObjectStore()", () => {
  it("puts large objects in parts, and reads them back", async () => {
    await using store = openStore({ partBytes });
    await store.put("large", large);
    expect(Buffer.compare((await store.get("large")) as Uint8Array, large)).toBe(0);
    expect(await uploadsUnderWay()).toBe(0);
  });

  it("leaves no parts behind when a large put is given up or fails", async () => {
    await using proxy = await startFaultProxy(server.endpoint);
    await using store = openStore({ partBytes, endpoint: proxy.endpoint, attempts: 1 });
    const abort = new AbortController();
    const put = store.put("large", large, { signal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(put).rejects.toThrow("enough");
    proxy.faults.push("503");
    await expect(store.put("large", large)).rejects.toMatchObject({ code: "unavailable" });
    expect(await store.has("large")).toBe(false);
    expect(await uploadsUnderWay()).toBe(0);
  });

  it.each([100, large.length])("leaves an object of %i bytes that is there as it is, if asked to", async (size) => {
    await using store = openStore({ partBytes });
    const [first, second] = [large.subarray(0, size), large.subarray(0, size).toReversed()];
    await store.put("key", first, { ifAbsent: true });
    await store.put("key", second, { ifAbsent: true });
    expect(Buffer.compare((await store.get("key")) as Uint8Array, first)).toBe(0);
    await store.put("key", second);
    expect(Buffer.compare((await store.get("key")) as Uint8Array, second)).toBe(0);
  });

  it.each<[string, Partial<S3ObjectStoreOptions>, string]>([
    ["a wrong secret", { secretAccessKey: "wrong" }, "unauthenticated"],
    ["an unknown key", { accessKeyId: "nobody" }, "unauthenticated"],
    ["a bucket that isn't there", { bucket: "elsewhere" }, "failed-precondition"],
    ["a server that is down", { endpoint: "http://127.0.0.1:1", attempts: 2 }, "unavailable"],
  ])("tells %s from an object that isn't there", async (_what, overrides, code) => {
    await using store = openStore(overrides);
    await expect(store.get("key")).rejects.toMatchObject({ code });
    await expect(store.put("key", large.subarray(0, 10))).rejects.toMatchObject({ code });
    await expect(Array.fromAsync(store.list(""))).rejects.toMatchObject({ code });
  });

  it("refuses a look-up with a wrong secret", async () => {
    await using store = openStore({ secretAccessKey: "wrong" });
    await expect(store.has("key")).rejects.toMatchObject({
      code: expect.stringMatching(/permission-denied|unauthenticated/),
    });
  });

  describe("over a connection with faults", () => {
    let proxy: FaultProxy;
    let store: ObjectStore;
    beforeAll(async () => {
      proxy = await startFaultProxy(server.endpoint);
      store = openStore({ endpoint: proxy.endpoint, requestTimeoutMs: 500, attempts: 4 });
      await store.put("kept", large.subarray(0, 500_000));
    });
    afterAll(async () => {
      await store[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    });

    it.each(["503", "500", "reset", "hang"] as const)("makes requests that end in %s again", async (fault) => {
      for (const [name, call] of Object.entries({
        put: () => store.put(`again-${fault}`, large.subarray(0, 300_000)),
        has: () => store.has("kept"),
        get: () => store.get("kept"),
        list: () => Array.fromAsync(store.list("")),
        delete: () => store.delete(`again-${fault}`),
      })) {
        proxy.faults.push(fault, fault);
        await expect(call(), name).resolves.not.toBe(false);
        expect(proxy.faults).toEqual([]);
      }
    });

    it("reads again what broke off", async () => {
      proxy.faults.push("cut-body", "cut-body");
      expect(Buffer.compare((await store.get("kept")) as Uint8Array, large.subarray(0, 500_000))).toBe(0);
    });

    it("gives up at last", async () => {
      proxy.faults.push(
        ..."503 503 503 503 503 503 503 503 503 503 503 503 503 503 503 503".split(" ").map(() => "503" as const),
      );
      await expect(store.has("kept")).rejects.toMatchObject({ code: "unavailable" });
      proxy.faults.length = 0;
    });
  });
});

async function put(blobs: BlobService, bytes: Uint8Array): Promise<B3Digest> {
  await using writer = await blobs.openWrite();
  await writer.write(bytes);
  return await writer.close();
}

describe("blobs in S3", () => {
  it("serve no byte that changed on the way", async () => {
    await using proxy = await startFaultProxy(server.endpoint);
    await using fixture = await openService(blobServiceKind, url(proxy.endpoint));
    const digest = await put(fixture.service, large.subarray(0, 1000));
    proxy.faults.push("corrupt-body");
    const reading = fixture.service.openRead(digest);
    await expect(reading).rejects.toMatchObject({ code: "data-loss" });
  });

  it("are there for another process that has nothing but the address", async () => {
    const address = url();
    let digest: B3Digest;
    {
      await using fixture = await openService(blobServiceKind, address);
      digest = await put(fixture.service, large);
    }
    await using fixture = await openService(blobServiceKind, address);
    const reader = await fixture.service.openRead(digest);
    const read = Buffer.concat(await Array.fromAsync(reader?.read() ?? []));
    expect(hashB3(read).hex).toBe(digest.hex);
  });
});
