import type { ByteString } from "../byte-string.ts";
import { defaultStoreDir, type StorePath } from "../store-path.ts";
import { calculateOutputPaths } from "./calculate-output-paths.ts";
import type { Derivation } from "./derivation.ts";
import { derivationPath } from "./derivation-path.ts";
import { type DerivationHash, hashDerivationModulo, type LookUpDerivationHash } from "./hash-derivation-modulo.ts";
import { writeDerivation } from "./write-derivation.ts";

export interface InstantiatedDerivation {
  /** With its output paths. */
  readonly derivation: Derivation;
  readonly path: StorePath;
  /** The contents of the file at `path`. */
  readonly written: ByteString;
  /** What a later look-up of `path` must answer. */
  readonly hash: DerivationHash;
}

/** All that `builtins.derivationStrict` needs of a derivation whose output paths are still empty. */
export function instantiateDerivation(
  derivation: Derivation,
  name: string,
  lookUp: LookUpDerivationHash,
  storeDir: string = defaultStoreDir,
): InstantiatedDerivation {
  const complete = calculateOutputPaths(derivation, name, lookUp, storeDir);
  const written = writeDerivation(complete);
  return {
    derivation: complete,
    path: derivationPath(complete, name, storeDir, written),
    written,
    hash: hashDerivationModulo(complete, lookUp),
  };
}
