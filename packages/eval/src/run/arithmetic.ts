import { NixError } from "../values/nix-error.ts";
import { NixFloat, type NixInteger, normalizeInteger } from "../values/value.ts";

export type IntegerOverflow = "error" | "wrap";

/** Where operations on values differ between versions of the language. */
export interface ArithmeticRules {
  readonly integerOverflow: IntegerOverflow;
}

const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

/** An integer of the language, if it is in range; else an error, or what is left of it, as the rules say. */
export function within64Bits(value: bigint, rules: ArithmeticRules, describe: () => string): NixInteger {
  if (value >= smallest && value <= largest) return normalizeInteger(value);
  if (rules.integerOverflow === "wrap") return normalizeInteger(BigInt.asIntN(64, value));
  throw new NixError("integer-overflow", `integer overflow in ${describe()}`);
}

function asNumber(value: NixInteger | NixFloat): number {
  return value instanceof NixFloat ? value.value : Number(value);
}

type Numeric = NixInteger | NixFloat;

export function add(left: Numeric, right: Numeric, rules: ArithmeticRules): Numeric {
  if (typeof left === "number" && typeof right === "number") {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  if (left instanceof NixFloat || right instanceof NixFloat) return new NixFloat(asNumber(left) + asNumber(right));
  return within64Bits(BigInt(left) + BigInt(right), rules, () => `adding ${left} + ${right}`);
}

export function subtract(left: Numeric, right: Numeric, rules: ArithmeticRules): Numeric {
  if (typeof left === "number" && typeof right === "number") {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  if (left instanceof NixFloat || right instanceof NixFloat) return new NixFloat(asNumber(left) - asNumber(right));
  return within64Bits(BigInt(left) - BigInt(right), rules, () => `subtracting ${left} - ${right}`);
}

export function multiply(left: Numeric, right: Numeric, rules: ArithmeticRules): Numeric {
  if (typeof left === "number" && typeof right === "number") {
    const product = left * right;
    // A product of 0 may be -0, which no integer is.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  if (left instanceof NixFloat || right instanceof NixFloat) return new NixFloat(asNumber(left) * asNumber(right));
  return within64Bits(BigInt(left) * BigInt(right), rules, () => `multiplying ${left} * ${right}`);
}

export function divide(left: Numeric, right: Numeric): Numeric {
  if (asNumber(right) === 0) throw new NixError("division-by-zero", "division by zero");
  if (left instanceof NixFloat || right instanceof NixFloat) return new NixFloat(asNumber(left) / asNumber(right));
  if (typeof left === "number" && typeof right === "number") return Math.trunc(left / right) + 0;
  // The one quotient that overflows is an error in every version.
  return within64Bits(BigInt(left) / BigInt(right), { integerOverflow: "error" }, () => `dividing ${left} / ${right}`);
}
