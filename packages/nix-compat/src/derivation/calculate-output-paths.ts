import { FormatError } from "../format-error.ts";
import { hashPlaceholder, makeFixedOutputPath, makeOutputPath, outputPathName } from "../make-store-path.ts";
import { isHashAlgorithm, parseNixHash } from "../nix-hash.ts";
import { defaultStoreDir } from "../store-path.ts";
import { type Derivation, type DerivationOutput, derivationKind } from "./derivation.ts";
import { hashMaskedTemplate, type LookUpDerivationHash } from "./hash-derivation-modulo.ts";
import { createDerivationTemplate, type DerivationTemplate } from "./write-derivation.ts";

/**
 * The derivation with its output paths and the variables of the outputs' names filled in. Paths that are there already are
 * replaced, so comparing checks them. What can't be known before a build stays without path: floating and impure outputs get
 * their placeholder as variable, outputs below such ones an empty one.
 */
export function calculateOutputPaths(
  derivation: Derivation,
  name: string,
  lookUp: LookUpDerivationHash,
  storeDir: string = defaultStoreDir,
): Derivation {
  const prepared = withOutputVariables(derivation);
  return fillOutputPaths(createDerivationTemplate(prepared), prepared, name, lookUp, storeDir);
}

/** The derivation with a variable for every output, empty where there was none. */
export function withOutputVariables(derivation: Derivation): Derivation {
  const env = new Map(derivation.env);
  for (const outputName of derivation.outputs.keys()) if (!env.has(outputName)) env.set(outputName, "");
  return { ...derivation, env };
}

/** As `calculateOutputPaths`, for a derivation that has all output variables and whose template is at hand. */
export function fillOutputPaths(
  template: DerivationTemplate,
  derivation: Derivation,
  name: string,
  lookUp: LookUpDerivationHash,
  storeDir: string,
): Derivation {
  const kind = derivationKind(derivation);
  const outputs = new Map(derivation.outputs);
  const env = new Map(derivation.env);
  if (kind === "fixed") {
    const output = derivation.outputs.get("out")!;
    const path = fixedOutputPath(name, output, storeDir);
    outputs.set("out", { ...output, path });
    env.set("out", path);
  } else if (kind === "floating" || kind === "impure") {
    for (const outputName of outputs.keys()) env.set(outputName, hashPlaceholder(outputName));
  } else {
    const hash = hashMaskedTemplate(template, derivation, lookUp);
    for (const outputName of derivation.outputs.keys()) {
      const path = hash.isDeferred ? "" : makeOutputPath(name, outputName, hash.sha256Hex, storeDir).absolute(storeDir);
      outputs.set(outputName, { path, hashAlgo: "", hash: "" });
      env.set(outputName, path);
    }
  }
  return { ...derivation, outputs, env };
}

function fixedOutputPath(name: string, output: DerivationOutput, storeDir: string): string {
  const { method, algorithm } = parseOutputHashAlgorithm(output.hashAlgo);
  const hash = parseNixHash(output.hash, algorithm);
  return makeFixedOutputPath(outputPathName(name, "out"), method, hash, undefined, storeDir).absolute(storeDir);
}

/** Splits an output's `hashAlgo`, `r:sha256` for example. */
export function parseOutputHashAlgorithm(hashAlgo: string) {
  const method = hashAlgo.startsWith("r:") ? ("recursive" as const) : ("flat" as const);
  const algorithm = method === "recursive" ? hashAlgo.slice("r:".length) : hashAlgo;
  if (isHashAlgorithm(algorithm)) return { method, algorithm };
  throw new FormatError(`Illegal derivation: unknown hash algorithm "${hashAlgo}"`);
}
