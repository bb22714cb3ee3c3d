import {
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import type { ObjectStore } from "@tvix-mesh/castore";
import { type AzureObjectStoreOptions, createAzureObjectStore } from "@tvix-mesh/castore/object-store/azure";
import { describeObjectStore } from "@tvix-mesh/castore/object-store/conformance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeFaults } from "../remote-stores/describe-faults.ts";
import { describeLargeObjects, large } from "../remote-stores/describe-large-objects.ts";
import { describeServices } from "../remote-stores/describe-services.ts";
import { type Azurite, installAzurite, startAzurite } from "./testing/azurite.ts";
import { preparedUnlessOffline } from "./testing/prepared.ts";

const folder = await preparedUnlessOffline("Azurite", installAzurite);
const container = "objects";

describe.skipIf(folder === undefined)("Azure Blob Storage", () => {
  let server: Azurite;
  let count = 0;

  beforeAll(async () => {
    server = await startAzurite(folder as string);
    const credential = new StorageSharedKeyCredential(server.accountName, server.accountKey);
    await new BlobServiceClient(server.endpoint, credential).createContainer(container);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  function prefix(isNew = true): string {
    if (isNew) count += 1;
    return `stores/${count}`;
  }

  function openStore(overrides: Partial<AzureObjectStoreOptions> = {}): Promise<ObjectStore> {
    const { endpoint, accountName, accountKey } = server;
    return createAzureObjectStore({ container, prefix: prefix(), endpoint, accountName, accountKey, ...overrides });
  }

  function url(protocol = "az"): string {
    const { endpoint, accountName, accountKey } = server;
    const query = new URLSearchParams({ endpoint, account_name: accountName, account_key: accountKey });
    return `objectstore+${protocol}://${container}/${prefix()}?${query}`;
  }

  function sasToken(permissions: string, expiresInMs: number): string {
    const credential = new StorageSharedKeyCredential(server.accountName, server.accountKey);
    const expiresOn = new Date(Date.now() + expiresInMs);
    const values = { containerName: container, permissions: ContainerSASPermissions.parse(permissions), expiresOn };
    return generateBlobSASQueryParameters(values, credential).toString();
  }

  describeObjectStore("Azure", openStore, () => openStore({ prefix: prefix(false) }));
  describeServices("Azure", () => url());
  describeLargeObjects(openStore);

  describe("createAzureObjectStore()", () => {
    // Azurite says AuthorizationFailure where Azure says AuthenticationFailed.
    const refused = expect.stringMatching(/^(unauthenticated|permission-denied)$/);
    it.each<[string, () => Partial<AzureObjectStoreOptions>, unknown]>([
      ["a wrong key", () => ({ accountKey: Buffer.alloc(64).toString("base64") }), refused],
      ["a container that isn't there", () => ({ container: "elsewhere" }), "failed-precondition"],
      ["a token that has expired", () => ({ accountKey: undefined, sasToken: sasToken("rwdl", -60_000) }), refused],
      [
        "a token that allows too little",
        () => ({ accountKey: undefined, sasToken: sasToken("a", 60_000) }),
        "permission-denied",
      ],
      ["a server that is down", () => ({ endpoint: "http://127.0.0.1:1/tester", attempts: 2 }), "unavailable"],
    ])("tells %s from an object that isn't there", async (_what, overrides, code) => {
      await using store = await openStore(overrides());
      await expect(store.get("key")).rejects.toMatchObject({ code });
      await expect(store.has("key")).rejects.toMatchObject({ code });
      await expect(store.put("key", large.subarray(0, 10))).rejects.toMatchObject({ code });
      await expect(Array.fromAsync(store.list(""))).rejects.toMatchObject({ code });
    });

    it("takes a shared access signature in place of the key", async () => {
      await using store = await openStore({ accountKey: undefined, sasToken: `?${sasToken("racwdl", 60_000)}` });
      await store.put("key", Uint8Array.of(1));
      expect(await store.get("key")).toEqual(Uint8Array.of(1));
      expect(await Array.fromAsync(store.list(""))).toEqual(["key"]);
    });
  });

  describeFaults({
    url: () => url("azure"),
    target: () => new URL(server.endpoint).origin,
    open: (origin, options) => openStore({ endpoint: `${origin}/${server.accountName}`, ...options }),
  });
});
