import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import { ContextString, isList, type Lazy, NixFloat, NixPath, type Value } from "../values/value.ts";
import { equalElements } from "./equality.ts";
import type { Machine } from "./machine.ts";

/** `left < right`: numbers, strings by bytes, paths, and lists by their first unequal elements. */
export function lessThan(machine: Machine, left: Value, right: Value): boolean {
  if (typeof left === "number" && typeof right === "number") return left < right;
  if (typeof left === "number" || typeof left === "bigint") {
    if (typeof right === "number" || typeof right === "bigint") return left < right;
    if (right instanceof NixFloat) return Number(left) < right.value;
  } else if (left instanceof NixFloat) {
    if (right instanceof NixFloat) return left.value < right.value;
    if (typeof right === "number" || typeof right === "bigint") return left.value < Number(right);
  } else if (typeof left === "string" || left instanceof ContextString) {
    const text = typeof left === "string" ? left : left.text;
    if (typeof right === "string") return text < right;
    if (right instanceof ContextString) return text < right.text;
  } else if (left instanceof NixPath) {
    if (right instanceof NixPath) return left.path < right.path;
  } else if (isList(left) && isList(right)) {
    for (let index = 0; ; index++) {
      if (index === right.length) return false;
      if (index === left.length) return true;
      const leftElement = left[index] as Lazy;
      const rightElement = right[index] as Lazy;
      if (!equalElements(machine, leftElement, rightElement)) {
        return lessThan(machine, machine.force(leftElement), machine.force(rightElement));
      }
    }
  }
  throw new NixError("incomparable", `cannot compare ${showType(left)} with ${showType(right)}`);
}
