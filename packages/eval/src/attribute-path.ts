import { autoCall } from "./auto-call.ts";
import type { Machine } from "./run/machine.ts";
import { Attrs } from "./values/attrs.ts";
import { NixError } from "./values/nix-error.ts";
import { showType } from "./values/show-type.ts";
import { suggestNames } from "./values/suggestions.ts";
import { isList, type Lazy, type Value } from "./values/value.ts";

/** Cuts `a.b."c.d".0` into its components. */
export function parseAttributePath(path: string): readonly string[] {
  const components: string[] = [];
  let current = "";
  for (let at = 0; at < path.length; at++) {
    const character = path[at] as string;
    if (character === ".") {
      components.push(current);
      current = "";
    } else if (character === '"') {
      const close = path.indexOf('"', at + 1);
      if (close < 0) throw new NixError("parse", `missing closing quote in selection path '${path}'`);
      current += path.slice(at + 1, close);
      at = close;
    } else current += character;
  }
  if (current !== "") components.push(current);
  return components;
}

/** Follows a path such as `a.b.0`, calling functions on the way with the arguments that they name. */
export function selectAlongPath(machine: Machine, value: Lazy, path: string, args: ReadonlyMap<string, Lazy>): Lazy {
  let current = value;
  for (const component of parseAttributePath(path)) {
    const called = autoCall(machine, current, args);
    current = /^[0-9]+$/.test(component) ? elementOf(called, component, path) : attributeOf(called, component, path);
  }
  return current;
}

function attributeOf(value: Value, name: string, path: string): Lazy {
  if (!(value instanceof Attrs)) {
    throw new NixError(
      "type",
      `the expression selected by the selection path '${path}' should be a set but is ${showType(value)}`,
    );
  }
  if (name === "") throw new NixError("evaluation", `empty attribute name in selection path '${path}'`);
  const found = value.get(name);
  if (found !== undefined) return found;
  throw new NixError(
    "missing-attribute",
    `attribute '${name}' in selection path '${path}' not found`,
    0,
    suggestNames(name, value.names()),
  );
}

function elementOf(value: Value, index: string, path: string): Lazy {
  if (!isList(value)) {
    throw new NixError(
      "type",
      `the expression selected by the selection path '${path}' should be a list but is ${showType(value)}`,
    );
  }
  const found = value[Number(index)];
  if (found === undefined)
    throw new NixError("index", `list index ${index} in selection path '${path}' is out of range`);
  return found;
}
