import { Attrs } from "./attrs.ts";
import { Builtin, Closure, PartialBuiltin } from "./functions.ts";
import { ContextString, NixFloat, NixPath, type Value } from "./value.ts";

/** A value's type with its article, for error messages. */
export function showType(value: Value): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return "a Boolean";
    case "number":
    case "bigint":
      return "an integer";
    case "string":
      return "a string";
  }
  if (value instanceof ContextString) return "a string with context";
  if (value instanceof Attrs) return "a set";
  if (value instanceof NixPath) return "a path";
  if (value instanceof NixFloat) return "a float";
  if (value instanceof Closure) return "a function";
  if (value instanceof Builtin) return `the built-in function '${value.name}'`;
  if (value instanceof PartialBuiltin) return `the partially applied built-in function '${value.builtin.name}'`;
  return "a list";
}

/** What `builtins.typeOf` says. */
export function typeName(value: Value): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    case "string":
      return "string";
  }
  if (value instanceof ContextString) return "string";
  if (value instanceof Attrs) return "set";
  if (value instanceof NixPath) return "path";
  if (value instanceof NixFloat) return "float";
  return Array.isArray(value) ? "list" : "lambda";
}
