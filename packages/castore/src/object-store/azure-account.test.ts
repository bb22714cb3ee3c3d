import { afterEach, describe, expect, it, vi } from "vitest";
import { azureAccountOf } from "./azure-account.ts";

const address = "az://container";
afterEach(() => vi.unstubAllEnvs());

describe("azureAccountOf()", () => {
  it("takes what is given, whatever the environment says", () => {
    vi.stubEnv("AZURE_STORAGE_ACCOUNT", "other");
    vi.stubEnv("AZURE_STORAGE_KEY", "bm8=");
    const given = { accountName: "mine", accountKey: "eWVz" };
    expect(azureAccountOf(address, given)).toMatchObject(given);
  });

  it.each([
    ["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY", "accountKey"],
    ["AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY", "accountKey"],
    ["AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_SAS_TOKEN", "sasToken"],
  ])("takes %s and %s", (account, secret, field) => {
    vi.stubEnv(account, "mine");
    vi.stubEnv(secret, "x");
    expect(azureAccountOf(address, {})).toMatchObject({ accountName: "mine", [field]: "x" });
  });

  it("reads a connection string", () => {
    vi.stubEnv(
      "AZURE_STORAGE_CONNECTION_STRING",
      "DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=a2V5==;EndpointSuffix=core.windows.net",
    );
    expect(azureAccountOf(address, {})).toEqual({
      accountName: "mine",
      accountKey: "a2V5==",
      sasToken: undefined,
      endpoint: "https://mine.blob.core.windows.net",
    });
  });

  it("knows the account of a connection string that names its address alone", () => {
    const text = "BlobEndpoint=https://mine.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=a%3D";
    vi.stubEnv("AZURE_STORAGE_CONNECTION_STRING", text);
    const account = { accountName: "mine", sasToken: "sv=1&sig=a%3D", endpoint: "https://mine.blob.core.windows.net/" };
    expect(azureAccountOf(address, {})).toMatchObject(account);
  });

  it("shows one account's key to no other account", () => {
    vi.stubEnv("AZURE_STORAGE_ACCOUNT", "other");
    vi.stubEnv("AZURE_STORAGE_KEY", "bm8=");
    const account = azureAccountOf(address, { accountName: "mine" });
    expect(account.accountKey).toBeUndefined();
  });

  it("refuses to guess an account", () => {
    expect(() => azureAccountOf(address, {})).toThrow(
      "Cannot open object store az://container: neither account_name nor AZURE_STORAGE_ACCOUNT_NAME names an account",
    );
  });
});
