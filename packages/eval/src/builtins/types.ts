import { Attrs } from "../values/attrs.ts";
import { Builtin, Closure, PartialBuiltin } from "../values/functions.ts";
import { typeName } from "../values/show-type.ts";
import { ContextString, isList, NixFloat, NixPath, type Value } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

function predicate(name: string, test: (value: Value) => boolean): CoreBuiltin {
  return define(name, (machine, value) => test(machine.force(value)));
}

export const typeBuiltins: readonly CoreBuiltin[] = [
  predicate("isNull", (value) => value === null),
  predicate("isBool", (value) => typeof value === "boolean"),
  predicate("isInt", (value) => typeof value === "number" || typeof value === "bigint"),
  predicate("isFloat", (value) => value instanceof NixFloat),
  predicate("isString", (value) => typeof value === "string" || value instanceof ContextString),
  predicate("isPath", (value) => value instanceof NixPath),
  predicate("isList", isList),
  predicate("isAttrs", (value) => value instanceof Attrs),
  predicate(
    "isFunction",
    (value) => value instanceof Closure || value instanceof Builtin || value instanceof PartialBuiltin,
  ),
  define("typeOf", (machine, value) => typeName(machine.force(value))),
];
