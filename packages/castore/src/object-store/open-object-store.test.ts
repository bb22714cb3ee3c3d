import { parseConfig } from "@tvix-mesh/service";
import { describe, expect, it } from "vitest";
import { objectStoreConfig, openObjectStore } from "./open-object-store.ts";

const parse = (config: object) => parseConfig(objectStoreConfig, config, "blobservices.root");

describe("objectStoreConfig", () => {
  it.each([
    { address: "s3://bucket", region: "eu", access_key_id: "a", secret_access_key: "b", endpoint: "http://host" },
    { address: "gs://bucket/prefix", service_account: "/key.json", endpoint: "http://host" },
    { address: "gs://bucket", skip_signature: true },
    { address: "az://container/prefix", account_name: "a", account_key: "b" },
    { address: "azure://container", account_name: "a", sas_token: "sig=x" },
    { address: "az://container", account_name: 7 },
  ])("takes %j", (config) => {
    expect(parse(config).address).toBe(config.address);
  });

  it.each<[object, string]>([
    [{ address: "gs://bucket", region: "eu" }, "blobservices.root.region: gs:// takes no region, only s3://"],
    [
      { address: "s3://bucket", account_key: "x" },
      "blobservices.root.account_key: s3:// takes no account_key, only az://, azure://",
    ],
    [{ address: "memory://", endpoint: "http://x" }, "memory:// takes no endpoint, only s3://, gs://, az://, azure://"],
    [{ address: "gs://bucket", key: "x" }, "blobservices.root.key: unknown field"],
    [{ address: "bucket" }, "blobservices.root.address: expected a URL"],
  ])("refuses %j", (config, reason) => {
    expect(() => parse(config)).toThrow(reason);
  });
});

describe("openObjectStore()", () => {
  it.each([
    ["gs://", "Cannot open object store gs://: no bucket or container is named"],
    ["ftp://host", "Cannot open object store ftp://host: ftp:// is none of file://, memory://, s3://, gs://, az://"],
  ])("refuses %s", async (address, reason) => {
    await expect(openObjectStore(parse({ address }))).rejects.toThrow(reason);
  });

  it.each(["gs://bucket", "gs://bucket_with.dots/prefix", "azure://container/a/b"])(
    "connects to nothing before an object of %s is asked for",
    async (address) => {
      await using store = await openObjectStore(
        parse({ address, ...(address.startsWith("az") && { account_name: "x" }) }),
      );
      const reason = new Error("enough");
      await expect(store.get("key", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    },
  );
});
