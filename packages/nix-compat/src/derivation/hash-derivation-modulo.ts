import { hash as hashOneShot } from "node:crypto";
import type { ByteString } from "../byte-string.ts";
import { type Derivation, derivationKind } from "./derivation.ts";
import { createDerivationTemplate, type DerivationTemplate, writeInputDrvs } from "./write-derivation.ts";

/** What identifies a derivation up to the ways of making its fixed outputs. */
export interface DerivationHash {
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256Hex: string;
  /** Whether output paths below it can't be calculated before a build. */
  readonly isDeferred: boolean;
}

/** Knows the hash of every derivation that is an input, by absolute path. Throws for one it doesn't know. */
export type LookUpDerivationHash = (derivationPath: string) => DerivationHash;

/** The hash of all impure derivations: nothing can be calculated from them. */
function impureHash(): DerivationHash {
  return { sha256Hex: hashOneShot("sha256", "impure"), isDeferred: true };
}

/**
 * The hash by which other derivations know this one as an input; its output paths must be filled in. A fixed output
 * counts only with its hash and path; in all others the input derivations are replaced by their own such hashes.
 */
export function hashDerivationModulo(derivation: Derivation, lookUp: LookUpDerivationHash): DerivationHash {
  return hashTemplateModulo(createDerivationTemplate(derivation), derivation, lookUp);
}

/** As above, with the derivation's template at hand. */
export function hashTemplateModulo(
  template: DerivationTemplate,
  derivation: Derivation,
  lookUp: LookUpDerivationHash,
): DerivationHash {
  const kind = derivationKind(derivation);
  if (kind === "fixed") {
    const { hashAlgo, hash, path } = derivation.outputs.get("out")!;
    return { sha256Hex: sha256Hex(`fixed:out:${hashAlgo}:${hash}:${path}`), isDeferred: false };
  }
  if (kind === "impure") return impureHash();
  const hash = hashWithInputsReplaced(template, derivation, derivation, lookUp);
  return { sha256Hex: hash.sha256Hex, isDeferred: hash.isDeferred || kind !== "input-addressed" };
}

/** The hash that output paths are made of: as above, but with the output paths masked. */
export function hashMaskedTemplate(
  template: DerivationTemplate,
  derivation: Derivation,
  lookUp: LookUpDerivationHash,
): DerivationHash {
  return hashWithInputsReplaced(template, derivation, "masked", lookUp);
}

function hashWithInputsReplaced(
  template: DerivationTemplate,
  derivation: Derivation,
  completed: Derivation | "masked",
  lookUp: LookUpDerivationHash,
): DerivationHash {
  // Different derivations may have the same hash: their outputs are then one entry.
  const outputNamesByHash = new Map<string, Set<string>>();
  let isDeferred = false;
  for (const [path, outputNames] of derivation.inputDrvs) {
    const input = lookUp(path);
    isDeferred ||= input.isDeferred;
    const known = outputNamesByHash.get(input.sha256Hex);
    if (known === undefined) outputNamesByHash.set(input.sha256Hex, new Set(outputNames));
    else for (const outputName of outputNames) known.add(outputName);
  }
  return { sha256Hex: sha256Hex(template.write(writeInputDrvs(outputNamesByHash), completed)), isDeferred };
}

function sha256Hex(bytes: ByteString): string {
  return hashOneShot("sha256", Buffer.from(bytes, "latin1"));
}
