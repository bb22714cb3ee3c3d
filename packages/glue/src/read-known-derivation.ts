import { byteStringFromBytes } from "@tvix-mesh/eval";
import {
  type Derivation,
  FormatError,
  instantiateDerivation,
  parseDerivation,
  StorePath,
  validateDerivation,
} from "@tvix-mesh/nix-compat";
import type { KnownDerivations } from "./known-derivations.ts";

/**
 * The derivation of a `.drv` file that `read` answers the contents of, undefined if it has none. It becomes known with
 * all that it is built from, so that others can need it, if all of that can be read too. What is written in the file has
 * to agree with its name: others rely on it.
 */
export function readKnownDerivation(
  path: string,
  known: KnownDerivations,
  read: (path: string) => Uint8Array | undefined,
): Derivation | undefined {
  const unknown = new Map<string, Derivation | undefined>();

  const learn = (at: string): boolean => {
    if (known.has(at)) return true;
    if (unknown.has(at)) return false;
    unknown.set(at, undefined);
    const contents = read(at);
    if (contents === undefined) return false;
    const written = byteStringFromBytes(contents);
    const derivation = parseDerivation(written);
    validateDerivation(derivation);
    unknown.set(at, derivation);
    if (![...derivation.inputDrvs.keys()].every(learn)) return false;
    requireOwnPath(at, derivation, known);
    known.addWritten(at, written);
    return true;
  };

  return learn(path) ? known.require(path).derivation : unknown.get(path);
}

/** Refuses a file that says of itself, or of its outputs, another path than its contents give. */
function requireOwnPath(path: string, derivation: Derivation, known: KnownDerivations): void {
  const name = StorePath.parseAbsolute(path).name.slice(0, -".drv".length);
  const made = instantiateDerivation(derivation, name, known.hashOf);
  if (made.path.absolute() !== path)
    throw new FormatError(`The derivation in ${path} would be ${made.path.absolute()}`);
}
