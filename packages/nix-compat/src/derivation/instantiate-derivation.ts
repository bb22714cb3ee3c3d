import type { ByteString } from "../byte-string.ts";
import { defaultStoreDir, type StorePath } from "../store-path.ts";
import { fillOutputPaths, withOutputVariables } from "./calculate-output-paths.ts";
import type { Derivation } from "./derivation.ts";
import { derivationPath } from "./derivation-path.ts";
import { type DerivationHash, hashTemplateModulo, type LookUpDerivationHash } from "./hash-derivation-modulo.ts";
import { createDerivationTemplate, writeInputDrvs } from "./write-derivation.ts";

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
  const prepared = withOutputVariables(derivation);
  const template = createDerivationTemplate(prepared);
  const complete = fillOutputPaths(template, prepared, name, lookUp, storeDir);
  const written = template.write(writeInputDrvs(complete.inputDrvs), complete);
  return {
    derivation: complete,
    path: derivationPath(complete, name, storeDir, written),
    written,
    hash: hashTemplateModulo(template, complete, lookUp),
  };
}
