import { textFromByteString } from "../byte-string.ts";
import type { Derivation, DerivationOutput } from "./derivation.ts";

/** A derivation as `nix show-derivation` prints it, below its path. */
export interface DerivationJson {
  readonly outputs: Record<string, DerivationOutputJson>;
  readonly inputSrcs: readonly string[];
  readonly inputDrvs: Record<string, readonly string[]>;
  readonly system: string;
  readonly builder: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

export interface DerivationOutputJson {
  readonly path?: string;
  readonly hashAlgo?: string;
  readonly hash?: string;
  readonly impure?: true;
}

/** Bytes that aren't UTF-8 are lost: JSON can't hold them. */
export function derivationToJson(derivation: Derivation): DerivationJson {
  return {
    outputs: object(derivation.outputs, outputToJson),
    inputSrcs: derivation.inputSrcs,
    inputDrvs: object(derivation.inputDrvs, (outputNames) => outputNames),
    system: textFromByteString(derivation.system),
    builder: textFromByteString(derivation.builder),
    args: derivation.args.map(textFromByteString),
    env: object(derivation.env, textFromByteString),
  };
}

function outputToJson(output: DerivationOutput): DerivationOutputJson {
  return {
    ...(output.path !== "" && { path: output.path }),
    ...(output.hashAlgo !== "" && { hashAlgo: output.hashAlgo }),
    ...(output.hash === "impure" ? { impure: true as const } : output.hash !== "" && { hash: output.hash }),
  };
}

/** `Object.fromEntries` defines every key, so that one called `__proto__` is a key as well. */
function object<From, To>(map: ReadonlyMap<string, From>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries([...map].map(([key, value]) => [textFromByteString(key), convert(value)]));
}
