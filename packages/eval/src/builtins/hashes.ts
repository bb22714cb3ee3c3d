import { convertHash, FormatError, isHashAlgorithm } from "@tvix-mesh/nix-compat";
import { encodeByteString } from "../values/byte-string.ts";
import { NixError } from "../values/nix-error.ts";
import type { Lazy } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

export const hashBuiltins: readonly CoreBuiltin[] = [
  define("convertHash", (machine, argument) => {
    const set = machine.forceAttrs(argument, "evaluating the first argument passed to builtins.convertHash");
    const text = (name: string): string | undefined => {
      const value = set.get(name);
      return value === undefined
        ? undefined
        : machine.forcePlainString(value as Lazy, `evaluating the attribute '${name}'`);
    };
    const required = (name: string): string => {
      const value = text(name);
      if (value === undefined) throw new NixError("missing-attribute", `attribute '${name}' missing`);
      return value;
    };
    const hash = required("hash");
    const algorithm = text("hashAlgo");
    if (algorithm !== undefined && !isHashAlgorithm(algorithm)) {
      throw new NixError("hash-algorithm", `unknown hash algorithm '${algorithm}'`);
    }
    try {
      return convertHash(hash, required("toHashFormat"), algorithm);
    } catch (error) {
      if (error instanceof FormatError) throw new NixError("evaluation", encodeByteString(error.message));
      throw error;
    }
  }),
];
