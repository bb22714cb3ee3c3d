import type { ByteString } from "../byte-string.ts";
import { FormatError } from "../format-error.ts";

/** An output as a `.drv` file has it: each field is empty where it doesn't apply. */
export interface DerivationOutput {
  /** Absolute; empty if it isn't known before the build. */
  readonly path: string;
  /** Of content-addressed outputs: `sha256`, or `r:sha256` if a NAR is hashed. */
  readonly hashAlgo: string;
  /** Of fixed outputs: hexadecimal. `impure` of impure ones. */
  readonly hash: string;
}

/** A derivation with Nix's names for its fields. Paths are absolute. Its name is part of its store path alone. */
export interface Derivation {
  readonly outputs: ReadonlyMap<string, DerivationOutput>;
  /** Which outputs of which derivations are inputs. */
  readonly inputDrvs: ReadonlyMap<string, readonly string[]>;
  readonly inputSrcs: readonly string[];
  readonly system: ByteString;
  readonly builder: ByteString;
  readonly args: readonly ByteString[];
  readonly env: ReadonlyMap<ByteString, ByteString>;
}

/**
 * How output paths come about. `input-addressed`: from the inputs. `fixed`: from a hash known beforehand. `floating`: from what the
 * build makes. `deferred`: input-addressed below a floating one, so unknown until that is built. `impure`: anew every time.
 */
export type DerivationKind = "input-addressed" | "deferred" | "fixed" | "floating" | "impure";

/** The kind that all outputs have. Throws if they differ, if there are none, or if a fixed one isn't alone and `out`. */
export function derivationKind(derivation: Derivation): DerivationKind {
  let kind: DerivationKind | undefined;
  for (const [name, output] of derivation.outputs) {
    const outputKind = kindOfOutput(name, output);
    if (kind !== undefined && kind !== outputKind) {
      throw new FormatError(`Illegal derivation: output "${name}" is ${outputKind}, others are ${kind}`);
    }
    kind = outputKind;
  }
  if (kind === undefined) throw new FormatError("Illegal derivation: it has no outputs");
  if (kind === "fixed" && (derivation.outputs.size > 1 || !derivation.outputs.has("out"))) {
    throw new FormatError('Illegal derivation: a fixed output must be the only one and have the name "out"');
  }
  return kind;
}

function kindOfOutput(name: string, output: DerivationOutput): DerivationKind {
  if (output.hashAlgo === "") {
    if (output.hash === "") return output.path === "" ? "deferred" : "input-addressed";
    throw new FormatError(`Illegal derivation: output "${name}" has a hash without algorithm`);
  }
  if (output.hash !== "" && output.hash !== "impure") return "fixed";
  if (output.path !== "") throw new FormatError(`Illegal derivation: output "${name}" has a path but no hash`);
  return output.hash === "" ? "floating" : "impure";
}
