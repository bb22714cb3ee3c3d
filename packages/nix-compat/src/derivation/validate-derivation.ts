import { FormatError } from "../format-error.ts";
import { formatDigest, parseNixHash } from "../nix-hash.ts";
import { defaultStoreDir, StorePath, storePathNameProblem } from "../store-path.ts";
import { parseOutputHashAlgorithm } from "./calculate-output-paths.ts";
import { type Derivation, derivationKind } from "./derivation.ts";

/** Throws unless the derivation obeys every rule that can be checked without its inputs. */
export function validateDerivation(derivation: Derivation, storeDir: string = defaultStoreDir): void {
  const kind = derivationKind(derivation);
  for (const [name, output] of derivation.outputs) {
    validateOutputName(name, "output");
    if (output.path !== "") validatePath(output.path, `output "${name}"`, storeDir);
    if (output.hashAlgo === "") continue;
    const { algorithm } = parseOutputHashAlgorithm(output.hashAlgo);
    if (kind === "fixed" && formatDigest(parseNixHash(output.hash, algorithm), "base16") !== output.hash) {
      throw new FormatError(`Illegal derivation: output "${name}": hash ${output.hash} isn't lower-case hexadecimal`);
    }
  }
  for (const [path, outputNames] of derivation.inputDrvs) {
    if (!validatePath(path, "input derivation", storeDir).name.endsWith(".drv")) {
      throw new FormatError(`Illegal derivation: input ${path} isn't a derivation`);
    }
    if (outputNames.length === 0) throw new FormatError(`Illegal derivation: no outputs of the input ${path} are used`);
    for (const outputName of outputNames) validateOutputName(outputName, `input ${path}: output`);
  }
  for (const path of derivation.inputSrcs) validatePath(path, "input source", storeDir);
  if (derivation.system === "") throw new FormatError("Illegal derivation: its system is empty");
  if (derivation.builder === "") throw new FormatError("Illegal derivation: its builder is empty");
}

function validateOutputName(name: string, what: string): void {
  const problem = name === "drv" ? "the name is reserved" : storePathNameProblem(name);
  if (problem !== undefined) throw new FormatError(`Illegal derivation: ${what} "${name}": ${problem}`);
}

function validatePath(path: string, what: string, storeDir: string): StorePath {
  try {
    return StorePath.parseAbsolute(path, storeDir);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError(`Illegal derivation: ${what}: ${reason}`, { cause });
  }
}
