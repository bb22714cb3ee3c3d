import { blobServiceKind, hashB3, type ObjectStore } from "@tvix-mesh/castore";
import { createGoogleAuthorization } from "@tvix-mesh/castore/google/google-authorization";
import { describeObjectStore } from "@tvix-mesh/castore/object-store/conformance";
import { createGcsObjectStore, type GcsObjectStoreOptions } from "@tvix-mesh/castore/object-store/gcs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { describeFaults } from "../remote-stores/describe-faults.ts";
import { describeLargeObjects, large } from "../remote-stores/describe-large-objects.ts";
import { describeServices, openService } from "../remote-stores/describe-services.ts";
import { buildFakeGcs, type FakeGcs, startFakeGcs } from "./testing/fake-gcs.ts";
import { type GoogleGate, startGoogleGate } from "./testing/google-gate.ts";
import { preparedUnlessOffline } from "./testing/prepared.ts";

const program = await preparedUnlessOffline("fake-gcs-server", buildFakeGcs);
const bucket = "objects";
const scope = "https://www.googleapis.com/auth/devstorage.read_write";

describe.skipIf(program === undefined)("Google Cloud Storage", () => {
  let server: FakeGcs;
  let count = 0;

  beforeAll(async () => {
    server = await startFakeGcs(program as string, bucket);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  function prefix(isNew = true): string {
    if (isNew) count += 1;
    return `stores/${count}`;
  }

  function openStore(overrides: Partial<GcsObjectStoreOptions> = {}): ObjectStore {
    return createGcsObjectStore({ bucket, prefix: prefix(), endpoint: server.endpoint, ...overrides });
  }

  function url(fields: Readonly<Record<string, string>> = {}): string {
    return `objectstore+gs://${bucket}/${prefix()}?${new URLSearchParams({ endpoint: server.endpoint, ...fields })}`;
  }

  describeObjectStore(
    "Google Cloud Storage",
    async () => openStore(),
    async () => openStore({ prefix: prefix(false) }),
  );
  describeServices("Google Cloud Storage", () => url());
  describeLargeObjects(openStore);

  describe("createGcsObjectStore()", () => {
    it.each<[string, Partial<GcsObjectStoreOptions>, string]>([
      ["a bucket that isn't there", { bucket: "elsewhere" }, "failed-precondition"],
      ["a server that is down", { endpoint: "http://127.0.0.1:1", attempts: 2 }, "unavailable"],
    ])("tells %s from an object that isn't there", async (_what, overrides, code) => {
      await using store = openStore(overrides);
      await expect(store.get("key")).rejects.toMatchObject({ code });
      await expect(store.has("key")).rejects.toMatchObject({ code });
      await expect(store.put("key", large.subarray(0, 10))).rejects.toMatchObject({ code });
      await expect(Array.fromAsync(store.list(""))).rejects.toMatchObject({ code });
    });
  });

  describe("where credentials are asked for", () => {
    let gate: GoogleGate;
    beforeAll(async () => {
      gate = await startGoogleGate(server.endpoint);
    });
    afterEach(() => vi.unstubAllEnvs());
    afterAll(() => gate?.[Symbol.asyncDispose]());

    it("signs in as GOOGLE_APPLICATION_CREDENTIALS says, with a workload's identity", async () => {
      vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", gate.keyFile);
      await using store = openStore({ endpoint: gate.endpoint, authorization: createGoogleAuthorization({ scope }) });
      await store.put("key", Uint8Array.of(1));
      expect(await store.get("key")).toEqual(Uint8Array.of(1));
      expect(await Array.fromAsync(store.list(""))).toEqual(["key"]);
    });

    it("says that Google doesn't know what GOOGLE_APPLICATION_CREDENTIALS names", async () => {
      vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", gate.revokedKeyFile);
      await using store = openStore({ endpoint: gate.endpoint, authorization: createGoogleAuthorization({ scope }) });
      const refused = {
        code: "unauthenticated",
        message: expect.stringMatching(/Cannot sign in to Google: .*invalid_grant/),
      };
      await expect(store.has("key")).rejects.toMatchObject(refused);
      await expect(store.put("key", Uint8Array.of(1))).rejects.toMatchObject(refused);
    });

    it.each<[string, () => Record<string, string>, RegExp]>([
      ["no credentials", () => ({}), /Invalid Credentials/],
      [
        "a key file that isn't there",
        () => ({ service_account: "/nowhere.json" }),
        /Cannot sign in to Google with \/nowhere\.json: ENOENT/,
      ],
      [
        "a file of another kind",
        () => ({ service_account: gate.keyFile }),
        /Cannot sign in to Google with .*key\.json: it is of type "external_account"/,
      ],
    ])("says what is wrong with %s", async (_what, fields, message) => {
      await using fixture = await openService(blobServiceKind, url({ endpoint: gate.endpoint, ...fields() }));
      const refused = { code: "unauthenticated", message: expect.stringMatching(message) };
      await expect(fixture.service.has(hashB3(Uint8Array.of(1)))).rejects.toMatchObject(refused);
      await using writer = await fixture.service.openWrite();
      await writer.write(Uint8Array.of(1));
      await expect(writer.close()).rejects.toMatchObject(refused);
    });
  });

  describeFaults({
    url: () => url(),
    target: () => server.endpoint,
    open: async (endpoint, options) => openStore({ endpoint, ...options }),
  });
});
