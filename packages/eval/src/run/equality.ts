import { Attrs } from "../values/attrs.ts";
import { Thunk } from "../values/thunk.ts";
import { ContextString, isList, type Lazy, NixFloat, NixPath, type Value } from "../values/value.ts";
import type { Machine } from "./machine.ts";

/**
 * `==`. Two functions are never equal, but what is one and the same element of lists or sets is, functions included:
 * nixpkgs depends on that when it compares platforms.
 */
export function equal(machine: Machine, left: Lazy, right: Lazy): boolean {
  return equalValues(machine, machine.force(left), machine.force(right));
}

/** Equality of what lies in lists and sets. */
export function equalElements(machine: Machine, left: Lazy, right: Lazy): boolean {
  if (left === right) {
    machine.force(left);
    return true;
  }
  const leftValue = left instanceof Thunk ? left.force() : left;
  const rightValue = right instanceof Thunk ? right.force() : right;
  // NaN is the one value that isn't itself; floats are compared below.
  if (leftValue === rightValue && !(leftValue instanceof NixFloat)) return true;
  return equalValues(machine, leftValue, rightValue);
}

export function equalValues(machine: Machine, left: Value, right: Value): boolean {
  if (typeof left === "string" || left instanceof ContextString) {
    const text = typeof left === "string" ? left : left.text;
    if (typeof right === "string") return text === right;
    return right instanceof ContextString && text === right.text;
  }
  if (left === null || typeof left === "boolean") return left === right;
  if (typeof left === "number" || typeof left === "bigint") {
    return right instanceof NixFloat ? Number(left) === right.value : left === right;
  }
  if (left instanceof NixFloat) {
    if (right instanceof NixFloat) return left.value === right.value;
    return (typeof right === "number" || typeof right === "bigint") && left.value === Number(right);
  }
  if (left instanceof NixPath) return right instanceof NixPath && left.path === right.path;
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return false;
    for (let index = 0; index < left.length; index++) {
      if (!equalElements(machine, left[index] as Lazy, right[index] as Lazy)) return false;
    }
    return true;
  }
  return left instanceof Attrs && right instanceof Attrs && equalAttrs(machine, left, right);
}

function equalAttrs(machine: Machine, left: Attrs, right: Attrs): boolean {
  if (isDerivation(left) && isDerivation(right)) {
    const leftPath = left.getWellKnown("outPath");
    const rightPath = right.getWellKnown("outPath");
    if (leftPath !== undefined && rightPath !== undefined) return equalElements(machine, leftPath, rightPath);
  }
  const names = left.names();
  const rightNames = right.names();
  if (names.length !== rightNames.length) return false;
  if (names !== rightNames) {
    for (let index = 0; index < names.length; index++) if (names[index] !== rightNames[index]) return false;
  }
  for (let index = 0; index < names.length; index++) {
    if (!equalElements(machine, left.shareAt(index), right.shareAt(index))) return false;
  }
  return true;
}

export function isDerivation(set: Attrs): boolean {
  const shared = set.getWellKnown("type");
  const type = shared instanceof Thunk ? shared.force() : shared;
  return type === "derivation" || (type instanceof ContextString && type.text === "derivation");
}
