import { emptySetKey } from "./compile/literal-argument.ts";
import type { Machine } from "./run/machine.ts";
import { Attrs, emptyAttrs, makeAttrs } from "./values/attrs.ts";
import { Closure } from "./values/functions.ts";
import { NixError } from "./values/nix-error.ts";
import type { Lazy, Value } from "./values/value.ts";

/** Calls a function that takes a set with those of the arguments that it names, as nix-instantiate does. */
export function autoCall(machine: Machine, value: Lazy, args: ReadonlyMap<string, Lazy>): Value {
  const callee = machine.force(value);
  if (callee instanceof Attrs) {
    const functor = callee.get("__functor");
    return functor === undefined ? callee : autoCall(machine, machine.call(functor, callee), args);
  }
  if (!(callee instanceof Closure) || callee.template.formals === undefined) return callee;
  const { formals, hasEllipsis } = callee.template;
  const passed = new Map<string, Lazy>(hasEllipsis ? args : []);
  for (const formal of formals) {
    const argument = args.get(formal.name);
    if (argument !== undefined) passed.set(formal.name, argument);
    else if (!formal.hasDefault) throw withoutValue(formal.name, callee.template.position);
  }
  if (passed.size === 0) return machine.applyToLiteral(callee, emptySetKey, () => emptyAttrs, 0);
  return machine.call(callee, makeAttrs(passed));
}

function withoutValue(name: string, position: number): NixError {
  return new NixError(
    "missing-argument",
    `cannot evaluate a function that has an argument without a value ('${name}')
Nix attempted to evaluate a function as a top level expression; in
this case it must have its arguments supplied either by default
values, or passed explicitly with '--arg' or '--argstr'.`,
    position,
  );
}
