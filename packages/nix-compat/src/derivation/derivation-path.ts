import type { ByteString } from "../byte-string.ts";
import { makeStorePath } from "../make-store-path.ts";
import { hashBytes } from "../nix-hash.ts";
import { defaultStoreDir, type StorePath } from "../store-path.ts";
import type { Derivation } from "./derivation.ts";
import { writeDerivation } from "./write-derivation.ts";

/** The store path of the `.drv` file: a text that refers to all inputs. Give `written` if the contents are at hand. */
export function derivationPath(
  derivation: Derivation,
  name: string,
  storeDir: string = defaultStoreDir,
  written: ByteString = writeDerivation(derivation),
): StorePath {
  // The references are strings already, and there are many: makeTextPath would parse each.
  const references = new Set([...derivation.inputDrvs.keys(), ...derivation.inputSrcs]);
  const type = ["text", ...[...references].sort()].join(":");
  return makeStorePath(type, hashBytes("sha256", Buffer.from(written, "latin1")), `${name}.drv`, storeDir);
}
