import { readFile } from "node:fs/promises";
import { SigningKey } from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service";
import { requireValidPathInfo } from "../path-info.ts";
import { signPathInfo } from "../sign-path-info.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** Reads a secret key as `nix-store --generate-binary-cache-key` writes it. The message never holds its contents. */
export async function readSigningKey(file: string): Promise<SigningKey> {
  try {
    return SigningKey.parse(await readFile(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("invalid-argument", `Cannot read signing key ${file}: ${reason}`, { cause });
  }
}

/** Signs what is put into `inner`. What is already there is left as it is. */
export function createSigningPathInfoService(inner: PathInfoService, key: SigningKey): PathInfoService {
  return {
    get: (digest, options) => inner.get(digest, options),
    async put(pathInfo, options) {
      requireValidPathInfo(pathInfo);
      return await inner.put(signPathInfo(pathInfo, [key]), options);
    },
    list: (options) => inner.list(options),
  };
}
