import type { Machine } from "../run/machine.ts";
import type { BuiltinRun } from "../values/functions.ts";
import type { Lazy, Value } from "../values/value.ts";

/** A built-in of the language itself: it may use all of the machine. */
export interface CoreBuiltin {
  readonly name: string;
  readonly arity: number;
  readonly run: BuiltinRun;
}

/** Names a function of the machine as a built-in; its arity is its count of arguments. */
export function define(name: string, run: (machine: Machine, ...args: Lazy[]) => Value): CoreBuiltin {
  return { name, arity: run.length - 1, run: run as BuiltinRun };
}
