import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { blobServiceKind, type ObjectStore } from "@tvix-mesh/castore";
import { describeObjectStore } from "@tvix-mesh/castore/object-store/conformance";
import { createS3ObjectStore, type S3ObjectStoreOptions } from "@tvix-mesh/castore/object-store/s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeFaults, putBlob } from "../remote-stores/describe-faults.ts";
import { describeLargeObjects, large, partBytes } from "../remote-stores/describe-large-objects.ts";
import { describeServices, openService } from "../remote-stores/describe-services.ts";
import { startFaultProxy } from "../remote-stores/fault-proxy.ts";
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

describeObjectStore(
  "S3",
  async () => openStore(),
  async () => openStore({ prefix: prefix(false) }),
);
describeServices("S3", () => url());
describeLargeObjects(openStore);

async function uploadsUnderWay(): Promise<number> {
  return (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads?.length ?? 0;
}

describe("createS3ObjectStore()", () => {
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
});

describeFaults({
  url,
  target: () => server.endpoint,
  open: async (endpoint, options) => openStore({ endpoint, ...options }),
});

describe("blobs in S3", () => {
  it("serve no byte that changed on the way", async () => {
    await using proxy = await startFaultProxy(server.endpoint);
    await using fixture = await openService(blobServiceKind, url(proxy.endpoint));
    const digest = await putBlob(fixture.service, large.subarray(0, 1000));
    proxy.faults.push("corrupt-body");
    const reading = fixture.service.openRead(digest);
    await expect(reading).rejects.toMatchObject({ code: "data-loss" });
  });
});
