import type { CoercionOptions } from "../builtins/builtin-context.ts";
import { formatFloatForToString } from "../number-format/format-float-for-to-string.ts";
import { Attrs } from "../values/attrs.ts";
import { type Context, ContextElement, joinContexts } from "../values/context.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import {
  ContextString,
  contextOf,
  isList,
  type Lazy,
  makeString,
  NixFloat,
  NixPath,
  type NixString,
  textOf,
  type Value,
} from "../values/value.ts";
import { withIOErrors } from "./io-errors.ts";
import type { Machine } from "./machine.ts";

/** A value as a string, by the rules of interpolation, or of `toString` with `coerceMore`. */
export function coerceToString(machine: Machine, lazy: Lazy, options: CoercionOptions): NixString {
  const value = machine.force(lazy);
  if (typeof value === "string" || value instanceof ContextString) return value;
  if (value instanceof NixPath) return options.copyToStore ? copyToStore(machine, value.path) : value.path;
  if (value instanceof Attrs) return coerceAttrs(machine, value, options);
  if (options.coerceMore) {
    const more = coerceMore(machine, value, options);
    if (more !== undefined) return more;
  }
  throw new NixError("coercion", `cannot coerce ${showType(value)} to a string`);
}

function coerceAttrs(machine: Machine, set: Attrs, options: CoercionOptions): NixString {
  const convert = set.getWellKnown("toString");
  if (convert !== undefined) return coerceToString(machine, machine.call(convert, set), options);
  const outPath = set.getWellKnown("outPath");
  if (outPath === undefined) throw new NixError("coercion", "cannot coerce a set to a string");
  return coerceToString(machine, outPath, options);
}

function coerceMore(machine: Machine, value: Value, options: CoercionOptions): NixString | undefined {
  if (value === true) return "1";
  if (value === false || value === null) return "";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof NixFloat) return formatFloatForToString(value.value);
  return isList(value) ? coerceList(machine, value, options) : undefined;
}

function coerceList(machine: Machine, list: readonly Lazy[], options: CoercionOptions): NixString {
  let text = "";
  let context: Context | undefined;
  for (let index = 0; index < list.length; index++) {
    const element = machine.force(list[index] as Lazy);
    const coerced = coerceToString(machine, element, options);
    text += textOf(coerced);
    context = joinContexts(context, contextOf(coerced));
    // An empty list leaves no blank behind it.
    if (index < list.length - 1 && !(isList(element) && element.length === 0)) text += " ";
  }
  return makeString(text, context);
}

export function copyToStore(machine: Machine, path: string): NixString {
  if (path.endsWith(".drv")) {
    throw new NixError("evaluation", "file names are not allowed to end in '.drv'");
  }
  const storePath = withIOErrors(() => machine.io.copyToStore(path));
  return makeString(storePath, new ContextElement("path", storePath));
}
