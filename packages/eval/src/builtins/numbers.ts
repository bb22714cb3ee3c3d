import { add, divide, type IntegerOverflow, multiply, subtract } from "../run/arithmetic.ts";

import { NixError } from "../values/nix-error.ts";
import { NixFloat, type NixInteger, normalizeInteger, type Value } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

function arithmetic(name: string, operate: typeof add): CoreBuiltin {
  return define(name, (machine, left, right) => {
    // Both are evaluated before either type is looked at.
    machine.force(left);
    machine.force(right);
    const first = machine.forceNumber(left, `evaluating the first argument passed to builtins.${name}`);
    const second = machine.forceNumber(right, `evaluating the second argument passed to builtins.${name}`);
    return operate(first, second, machine.settings);
  });
}

function bitwise(name: string, operate: (left: bigint, right: bigint) => bigint): CoreBuiltin {
  return define(name, (machine, left, right) => {
    const first = machine.forceInteger(left, `evaluating the first argument passed to builtins.${name}`);
    const second = machine.forceInteger(right, `evaluating the second argument passed to builtins.${name}`);
    return normalizeInteger(operate(BigInt(first), BigInt(second)));
  });
}

function rounding(name: string, round: (value: number) => number): CoreBuiltin {
  return define(name, (machine, value) => {
    const forced = machine.forceNumber(value, `evaluating the first argument passed to builtins.${name}`);
    if (forced instanceof NixFloat) return integerOf(name, round(forced.value), forced.value);
    return typeof forced === "number" ? forced : throughFloat(name, forced, machine.settings.integerOverflow);
  });
}

/** Nix makes floats of integers here: before 2.25 it gives what is left of large ones, since then it refuses those. */
function throughFloat(name: string, value: bigint, overflow: IntegerOverflow): NixInteger {
  const rounded = BigInt(Number(value));
  if (rounded === value || overflow === "wrap") return normalizeInteger(BigInt.asIntN(64, rounded));
  throw new NixError(
    "integer-overflow",
    `NixInt argument ${value} is not exact as a NixFloat, which builtins.${name} makes of it`,
  );
}

function integerOf(name: string, rounded: number, original: number): NixInteger {
  if (Number.isSafeInteger(rounded)) return rounded + 0;
  if (rounded >= -(2 ** 63) && rounded < 2 ** 63) return normalizeInteger(BigInt(rounded));
  throw new NixError(
    "integer-overflow",
    `NixFloat argument ${original} is not in the range of NixInt in builtins.${name}`,
  );
}

export const numberBuiltins: readonly CoreBuiltin[] = [
  arithmetic("add", add),
  arithmetic("sub", subtract),
  arithmetic("mul", multiply),
  arithmetic("div", divide),
  bitwise("bitAnd", (left, right) => left & right),
  bitwise("bitOr", (left, right) => left | right),
  bitwise("bitXor", (left, right) => left ^ right),
  rounding("ceil", Math.ceil),
  rounding("floor", Math.floor),
  define("lessThan", (machine, left, right): Value => {
    const first = machine.force(left);
    return machine.lessThan(first, machine.force(right));
  }),
];
