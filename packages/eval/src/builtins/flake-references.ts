import {
  FormatError,
  formatFlakeReference,
  InputError,
  type InputRules,
  parseFlakeReference,
} from "@tvix-mesh/nix-compat";
import type { Machine } from "../run/machine.ts";
import { makeAttrs } from "../values/attrs.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import { ContextString, type Value } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

/** Runs `compute`; what is wrong with the reference becomes an error of the program. */
function withReferenceErrors<Result>({ settings }: Machine, compute: (rules: InputRules) => Result): Result {
  try {
    return compute({ features: settings.experimentalFeatures });
  } catch (error) {
    if (error instanceof InputError || error instanceof FormatError) throw new NixError("evaluation", error.message);
    throw error;
  }
}

function referenceAttribute(name: string, value: Value): string | boolean | number | bigint {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof ContextString) return value.text;
  if (typeof value !== "number" && typeof value !== "bigint")
    throw new NixError(
      "evaluation",
      `flake reference attribute sets may only contain integers, Booleans, and strings, but attribute '${name}' is ${showType(value)}`,
    );
  if (value < 0) throw new NixError("evaluation", `negative value given for flake ref attr ${name}: ${value}`);
  return value;
}

/** Those with the experimental feature `flakes`. They read no registry and fetch nothing. */
export const flakeReferenceBuiltins: readonly CoreBuiltin[] = [
  define("parseFlakeRef", (machine, reference) => {
    const text = machine.forcePlainString(reference, "evaluating the argument passed to builtins.parseFlakeRef");
    return makeAttrs(withReferenceErrors(machine, (rules) => parseFlakeReference(text, rules)));
  }),
  define("flakeRefToString", (machine, argument) => {
    const set = machine.forceAttrs(argument, "evaluating the argument passed to builtins.flakeRefToString");
    const attributes = new Map<string, string | boolean | number | bigint>();
    set.forEach((name, value) => {
      attributes.set(name, referenceAttribute(name, machine.force(value)));
    });
    return withReferenceErrors(machine, (rules) => formatFlakeReference(attributes, rules));
  }),
];
