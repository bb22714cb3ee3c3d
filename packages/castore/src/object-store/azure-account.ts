import { environment, ServiceError } from "@tvix-mesh/service";

/** Where an account is, and what opens it. */
export interface AzureAccount {
  readonly accountName: string;
  readonly endpoint?: string | undefined;
  readonly accountKey?: string | undefined;
  readonly sasToken?: string | undefined;
}

/** What is known of an account so far. */
type AccountFields = { readonly [Field in keyof AzureAccount]?: AzureAccount[Field] | undefined };

/** `Name=value;Name=value`, as Azure's portal shows it. */
function fromConnectionString(text: string): AccountFields {
  const fields = new Map<string, string>();
  for (const field of text.split(";")) {
    const split = field.indexOf("=");
    if (split > 0) fields.set(field.slice(0, split).trim(), field.slice(split + 1).trim());
  }
  const blobEndpoint = fields.get("BlobEndpoint");
  // One with a shared access signature need not name the account apart from its address.
  const accountName =
    fields.get("AccountName") ??
    (blobEndpoint === undefined ? undefined : new URL(blobEndpoint).hostname.split(".")[0]);
  const suffix = fields.get("EndpointSuffix");
  const protocol = fields.get("DefaultEndpointsProtocol") ?? "https";
  return {
    accountName,
    accountKey: fields.get("AccountKey"),
    sasToken: fields.get("SharedAccessSignature"),
    endpoint: blobEndpoint ?? (accountName && suffix ? `${protocol}://${accountName}.blob.${suffix}` : undefined),
  };
}

/**
 * The account that `given` names, or else the environment, by the variables of Azure's command line and SDKs and those
 * of Rust's object_store, which Tvix reads. A key or token of the environment counts for the account of the environment
 * alone. `invalid-argument` if nothing names one.
 */
export function azureAccountOf(address: string, given: AccountFields): AzureAccount {
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => environment.get(name)).find((value) => value !== undefined);
  const connectionString = first("AZURE_STORAGE_CONNECTION_STRING");
  const connected: AccountFields = connectionString === undefined ? {} : fromConnectionString(connectionString);
  const named = first("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT") ?? connected.accountName;
  const accountName = given.accountName ?? named;
  if (accountName === undefined)
    throw new ServiceError(
      "invalid-argument",
      `Cannot open object store ${address}: neither account_name nor AZURE_STORAGE_ACCOUNT_NAME names an account`,
    );
  if (given.accountKey !== undefined || given.sasToken !== undefined) return { ...given, accountName };
  if (named !== undefined && named !== accountName) return { ...given, accountName };
  return {
    accountName,
    endpoint: given.endpoint ?? connected.endpoint,
    accountKey: first("AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_KEY") ?? connected.accountKey,
    sasToken: first("AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_KEY") ?? connected.sasToken,
  };
}
