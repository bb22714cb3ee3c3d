import { readFile } from "node:fs/promises";
import { ServiceError } from "@tvix-mesh/service";

export interface GoogleAuthorizationOptions {
  /** JSON file with the key of a service account. Without it, the places where Google's tools look are searched. */
  readonly keyFile?: string | undefined;
  /** What is asked for, `https://www.googleapis.com/auth/…`. */
  readonly scope: string;
}

/** Answers the value of the header `authorization`, a new one when the last is about to expire. */
export type GoogleAuthorization = () => Promise<string>;

/** Of what the library throws: the answer of the server that gives out tokens, if one came. */
interface TokenError extends Error {
  readonly code?: string | number;
  readonly response?: { readonly status?: number };
}

function codeOf({ code, response }: TokenError): "unauthenticated" | "unavailable" {
  const { status } = response ?? {};
  if (status !== undefined) return status >= 500 || status === 429 ? "unavailable" : "unauthenticated";
  // Codes such as ECONNREFUSED: the server wasn't reached. Without one, there are no credentials, or none to be read.
  return typeof code === "string" && /^E(CONN|HOST|NET|TIMEDOUT|AI_|PIPE|NOTFOUND)/.test(code)
    ? "unavailable"
    : "unauthenticated";
}

/** The part of a key file that is needed. */
interface ServiceAccountKey {
  readonly type: string;
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
}

interface TokenSource {
  getAccessToken(): Promise<{ readonly token?: string | null }>;
}

async function openTokenSource({ keyFile, scope }: GoogleAuthorizationOptions): Promise<TokenSource> {
  // Loading it takes a tenth of a second, which only those have to wait for who use it.
  const { GoogleAuth, JWT } = await import("google-auth-library");
  // A project that is given isn't looked for, which would be a request for nothing, and a right for it.
  if (keyFile === undefined) return new GoogleAuth({ scopes: [scope], projectId: "none" }).getClient();
  const { type, ...account } = JSON.parse(await readFile(keyFile, "utf8")) as ServiceAccountKey;
  if (type !== "service_account")
    throw new TypeError(
      `it is of type "${type}", not "service_account"; GOOGLE_APPLICATION_CREDENTIALS takes others too`,
    );
  const { client_email: email, private_key: key, private_key_id: keyId } = account;
  return new JWT({ email, key, keyId, scopes: [scope] });
}

/**
 * Signs in to Google with a key file, or else as its own tools do: as the file that GOOGLE_APPLICATION_CREDENTIALS names
 * says, as who used `gcloud auth application-default login`, or as the machine's or pod's service account. Nothing is
 * asked before the first call. `unauthenticated` if there are no credentials or Google refuses them.
 */
export function createGoogleAuthorization(options: GoogleAuthorizationOptions): GoogleAuthorization {
  let source: Promise<TokenSource> | undefined;
  return async () => {
    try {
      source ??= openTokenSource(options);
      const { token } = await (await source).getAccessToken();
      if (!token) throw new Error("no token came");
      return `Bearer ${token}`;
    } catch (error) {
      source = undefined;
      const whose = options.keyFile === undefined ? "" : ` with ${options.keyFile}`;
      const message = `Cannot sign in to Google${whose}: ${(error as Error).message}`;
      throw new ServiceError(codeOf(error as TokenError), message, { cause: error });
    }
  };
}
