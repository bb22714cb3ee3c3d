import type { Machine } from "../run/machine.ts";
import { Attrs, emptyAttrs, makeAttrs, makeAttrsOfShape } from "../values/attrs.ts";
import { Builtin, Closure, PartialBuiltin } from "../values/functions.ts";
import { intersectAttrs } from "../values/intersect-attrs.ts";
import { mapAttrs } from "../values/mapped-attrs.ts";
import { NixError } from "../values/nix-error.ts";
import { Shape } from "../values/shape.ts";
import { suggestNames } from "../values/suggestions.ts";
import type { Lazy, Value } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

function first(name: string): string {
  return `evaluating the first argument passed to builtins.${name}`;
}

function second(name: string): string {
  return `evaluating the second argument passed to builtins.${name}`;
}

export const attributeSetBuiltins: readonly CoreBuiltin[] = [
  define("attrNames", (machine, set) => machine.forceAttrs(set, first("attrNames")).names().slice()),
  define("attrValues", (machine, set) => {
    const forced = machine.forceAttrs(set, first("attrValues"));
    return forced.names().map((_, index) => forced.shareAt(index));
  }),
  define("getAttr", (machine, name, set) => {
    const wanted = machine.forcePlainString(name, first("getAttr"));
    const forced = machine.forceAttrs(set, second("getAttr"));
    const value = forced.force(wanted);
    if (value !== undefined) return value;
    throw new NixError(
      "missing-attribute",
      `attribute '${wanted}' missing for call to 'getAttr'`,
      0,
      suggestNames(wanted, forced.names()),
    );
  }),
  define("hasAttr", (machine, name, set) => {
    const wanted = machine.forcePlainString(name, first("hasAttr"));
    return machine.forceAttrs(set, second("hasAttr")).has(wanted);
  }),
  define("removeAttrs", (machine, set, names) => {
    const forced = machine.forceAttrs(set, first("removeAttrs"));
    const removed = machine
      .forceList(names, second("removeAttrs"))
      .map((name) =>
        machine.forcePlainString(name, "evaluating the values of the second argument passed to builtins.removeAttrs"),
      );
    const rest = forced.without(removed);
    return rest === forced ? sameAttrs(forced) : rest;
  }),
  define("intersectAttrs", (machine, left, right) => {
    const wanted = machine.forceAttrs(left, first("intersectAttrs"));
    return intersectAttrs(wanted, machine.forceAttrs(right, second("intersectAttrs")));
  }),
  define("listToAttrs", (machine, list) => listToAttrs(machine, list)),
  define("mapAttrs", (machine, callee, set) =>
    mapAttrs(machine.forceAttrs(set, second("mapAttrs")), (name, value) => machine.call(callee, name, value)),
  ),
  define("catAttrs", (machine, name, list) => {
    const wanted = machine.forcePlainString(name, first("catAttrs"));
    const result: Lazy[] = [];
    for (const element of machine.forceList(list, second("catAttrs"))) {
      const value = machine
        .forceAttrs(element, "evaluating an element in the list passed as second argument to builtins.catAttrs")
        .get(wanted);
      if (value !== undefined) result.push(value);
    }
    return result;
  }),
  define("zipAttrsWith", (machine, callee, list) => {
    const called = machine.forceFunction(callee, first("zipAttrsWith"));
    const byName = new Map<string, Lazy[]>();
    for (const element of machine.forceList(list, second("zipAttrsWith"))) {
      machine
        .forceAttrs(element, "evaluating a value of the list passed as second argument to builtins.zipAttrsWith")
        .forEach((name, value) => {
          const values = byName.get(name);
          if (values === undefined) byName.set(name, [value]);
          else values.push(value);
        });
    }
    return makeAttrs([...byName].map(([name, values]) => [name, machine.callLater(called, name, values)]));
  }),
  define("functionArgs", (machine, callee) => functionArgs(machine.force(callee))),
  define("unsafeGetAttrPos", (machine, name, set) => {
    const wanted = machine.forcePlainString(name, first("unsafeGetAttrPos"));
    const forced = machine.forceAttrs(set, second("unsafeGetAttrPos"));
    const at = machine.describePosition(forced.positionOf(wanted));
    if (at === undefined) return null;
    return makeAttrs([
      ["file", at.file],
      ["line", at.line],
      ["column", at.column],
    ]);
  }),
];

/** The first entry of a name counts. All names are evaluated before any entry is asked whether it has a value. */
function listToAttrs(machine: Machine, list: Lazy): Attrs {
  const byName = new Map<string, Attrs>();
  for (const element of machine.forceList(list, first("listToAttrs"))) {
    const entry = machine.forceAttrs(element, "evaluating an element of the list passed to builtins.listToAttrs");
    const name = machine.forcePlainString(
      required(entry, "name"),
      "evaluating the 'name' attribute of an element passed to builtins.listToAttrs",
    );
    if (!byName.has(name)) byName.set(name, entry);
  }
  if (byName.size === 0) return emptyAttrs;
  const names = [...byName.keys()].sort();
  const entries = names.map((name) => byName.get(name) as Attrs);
  const shape = new Shape(
    names,
    entries.map((entry) => entry.positionOf("value")),
  );
  return makeAttrsOfShape(
    shape,
    entries.map((entry) => required(entry, "value")),
  );
}

function required(set: Attrs, name: string): Lazy {
  const value = set.get(name);
  if (value !== undefined) return value;
  throw new NixError("missing-attribute", `attribute '${name}' missing for call to 'listToAttrs'`);
}

function functionArgs(callee: Value): Attrs {
  if (callee instanceof Builtin || callee instanceof PartialBuiltin) return emptyAttrs;
  if (!(callee instanceof Closure)) throw new NixError("type", "'functionArgs' requires a function");
  const { template } = callee;
  if (template.formals === undefined || template.formals.length === 0) return emptyAttrs;
  template.functionArgs ??= makeAttrsOfShape(
    new Shape(
      template.formals.map((formal) => formal.name),
      template.formals.map((formal) => formal.position),
    ),
    template.formals.map((formal) => formal.hasDefault),
  );
  return sameAttrs(template.functionArgs);
}

/** The same attributes in a set of its own: where one set is printed twice, it shows. */
function sameAttrs({ shape, slots, maker, base }: Attrs): Attrs {
  return new Attrs(shape, slots, maker, base);
}
