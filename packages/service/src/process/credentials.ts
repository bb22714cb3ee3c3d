import { readFileSync } from "node:fs";
import { ServerCredentials } from "@grpc/grpc-js";
import { ServiceError } from "../service-error.ts";

/** PEM files of a server. `clientAuthorities` asks clients for a certificate that one of them signed. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientAuthorities?: string | undefined;
}

/** Contents of the files of `TlsFiles`. */
export interface TlsMaterial {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly clientAuthorities: Buffer | undefined;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ServiceError("invalid-argument", `Cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

export function readTlsFiles(files: TlsFiles): TlsMaterial {
  return {
    certificate: read(files.certificate),
    key: read(files.key),
    clientAuthorities: files.clientAuthorities === undefined ? undefined : read(files.clientAuthorities),
  };
}

export function toServerCredentials(tls: TlsMaterial | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { cert_chain: tls.certificate, private_key: tls.key };
  return ServerCredentials.createSsl(tls.clientAuthorities ?? null, [pair], tls.clientAuthorities !== undefined);
}
