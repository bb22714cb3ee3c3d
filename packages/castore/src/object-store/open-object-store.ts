import { fileURLToPath } from "node:url";
import { environment, ServiceError } from "@tvix-mesh/service";
import { z } from "zod";
import { openFileSystemObjectStore } from "./file-system.ts";
import { createMemoryObjectStore } from "./memory.ts";
import type { ObjectStore } from "./object-store.ts";

/** A URL's query may give something that looks like a number. */
const text = z.union([z.string().min(1), z.number().transform(String)]).optional();

const fields = {
  endpoint: text,
  region: text,
  access_key_id: text,
  secret_access_key: text,
  service_account: text,
  skip_signature: z.boolean().optional(),
  account_name: text,
  account_key: text,
  sas_token: text,
};

type Field = keyof typeof fields;

const forAzure = ["endpoint", "account_name", "account_key", "sas_token"] as const;
/** What may stand beside an address, by its protocol. */
const fieldsByProtocol: Readonly<Record<string, readonly Field[]>> = {
  "file:": [],
  "memory:": [],
  "s3:": ["endpoint", "region", "access_key_id", "secret_access_key"],
  "gs:": ["endpoint", "service_account", "skip_signature"],
  "az:": forAzure,
  "azure:": forAzure,
};

const protocolOf = (address: string): string => address.slice(0, address.indexOf("//"));

/** What a composition says of an `objectstore`: where it is, and what the technology needs to know beside that. */
export const objectStoreConfig = z
  .strictObject({
    /** `file:///path`, `memory://`, `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`. */
    address: z.string().regex(/^[a-z0-9]+:\/\//, "expected a URL"),
    ...fields,
  })
  .check(({ value: config, issues }) => {
    const protocol = protocolOf(config.address);
    const known = fieldsByProtocol[protocol];
    for (const field of Object.keys(fields) as Field[]) {
      if (config[field] === undefined || !known || known.includes(field)) continue;
      const takers = Object.keys(fieldsByProtocol).filter((each) => fieldsByProtocol[each]?.includes(field));
      const message = `${protocol}// takes no ${field}, only ${takers.map((each) => `${each}//`).join(", ")}`;
      issues.push({ code: "custom", path: [field], message, input: config[field] });
    }
  });

export type ObjectStoreConfig = z.infer<typeof objectStoreConfig>;

interface Place {
  /** A bucket or container. */
  readonly name: string;
  readonly prefix: string;
}

function placeOf({ address }: ObjectStoreConfig): Place {
  const { hostname, pathname } = new URL(address);
  if (hostname === "")
    throw new ServiceError("invalid-argument", `Cannot open object store ${address}: no bucket or container is named`);
  return { name: hostname, prefix: decodeURIComponent(pathname.slice(1)) };
}

// Loading a client takes longer than starting everything else, hence only the one that is asked for.

async function openS3(config: ObjectStoreConfig): Promise<ObjectStore> {
  const { createS3ObjectStore } = await import("./s3.ts");
  const { name: bucket, prefix } = placeOf(config);
  return createS3ObjectStore({
    bucket,
    prefix,
    endpoint: config.endpoint,
    region: config.region,
    accessKeyId: config.access_key_id,
    secretAccessKey: config.secret_access_key,
  });
}

async function openGcs(config: ObjectStoreConfig): Promise<ObjectStore> {
  const { createGcsObjectStore } = await import("./gcs.ts");
  const { createGoogleAuthorization } = await import("../google/google-authorization.ts");
  const { name: bucket, prefix } = placeOf(config);
  const emulator = environment.get("STORAGE_EMULATOR_HOST");
  const endpoint = config.endpoint ?? (emulator?.includes("://") === false ? `http://${emulator}` : emulator);
  const keyFile = config.service_account;
  // Tokens of this machine's account are for Google alone, and go nowhere in plain text.
  const isAnonymous = config.skip_signature ?? (keyFile === undefined && endpoint?.startsWith("http://") === true);
  const scope = "https://www.googleapis.com/auth/devstorage.read_write";
  const authorization = isAnonymous ? undefined : createGoogleAuthorization({ keyFile, scope });
  return createGcsObjectStore({ bucket, prefix, endpoint, authorization });
}

async function openAzure(config: ObjectStoreConfig): Promise<ObjectStore> {
  const { createAzureObjectStore } = await import("./azure.ts");
  const { azureAccountOf } = await import("./azure-account.ts");
  const { name: container, prefix } = placeOf(config);
  const account = azureAccountOf(config.address, {
    accountName: config.account_name,
    accountKey: config.account_key,
    sasToken: config.sas_token,
    endpoint: config.endpoint,
  });
  return createAzureObjectStore({ container, prefix, ...account });
}

/** The object store of the technology that the URL names. */
export async function openObjectStore(config: ObjectStoreConfig): Promise<ObjectStore> {
  const protocol = protocolOf(config.address);
  switch (protocol) {
    case "file:":
      return openFileSystemObjectStore({ path: fileURLToPath(config.address) });
    case "memory:":
      return createMemoryObjectStore();
    case "s3:":
      return openS3(config);
    case "gs:":
      return openGcs(config);
    case "az:":
    case "azure:":
      return openAzure(config);
    default: {
      const known = Object.keys(fieldsByProtocol).map((each) => `${each}//`);
      throw new ServiceError(
        "invalid-argument",
        `Cannot open object store ${config.address}: ${protocol}// is none of ${known.join(", ")}`,
      );
    }
  }
}
