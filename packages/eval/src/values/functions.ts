import type { BuiltinContext } from "../builtins/builtin-context.ts";
import type { Attrs } from "./attrs.ts";
import type { Shape } from "./shape.ts";
import type { Deferred, Environment } from "./thunk.ts";
import { isList, type Lazy, type Value } from "./value.ts";

export interface FormalParameter {
  readonly name: string;
  readonly position: number;
  readonly hasDefault: boolean;
  /** Where the parameter lies in the function's environment. */
  readonly slot: number;
}

/** What all closures of one function expression share. */
export class LambdaTemplate {
  /** The name the function was bound to, for error messages. */
  readonly name: string;
  readonly position: number;
  readonly argumentName: string | undefined;
  /** Ascending by name; undefined for `x: …`. */
  readonly formals: readonly FormalParameter[] | undefined;
  readonly hasEllipsis: boolean;
  /** Slots that an environment of this function has. */
  readonly slotCount: number;
  readonly body: Deferred;
  /** Set when the body is itself a function expression: a call with two arguments needs no closure in between. */
  readonly inner: LambdaTemplate | undefined;
  functionArgs: Attrs | undefined;
  /** The shape of the last argument, and where in it the formals lie (-1: absent). */
  lastShape: Shape | undefined;
  lastIndexes: readonly number[] | undefined;

  constructor(parts: {
    name: string;
    position: number;
    argumentName: string | undefined;
    formals: readonly FormalParameter[] | undefined;
    hasEllipsis: boolean;
    slotCount: number;
    body: Deferred;
    inner: LambdaTemplate | undefined;
  }) {
    this.name = parts.name;
    this.position = parts.position;
    this.argumentName = parts.argumentName;
    this.formals = parts.formals;
    this.hasEllipsis = parts.hasEllipsis;
    this.slotCount = parts.slotCount;
    this.body = parts.body;
    this.inner = parts.inner;
    this.functionArgs = undefined;
    this.lastShape = undefined;
    this.lastIndexes = undefined;
  }
}

/** A function of the language with the environment it was made in. */
export class Closure {
  readonly template: LambdaTemplate;
  readonly environment: Environment;

  constructor(template: LambdaTemplate, environment: Environment) {
    this.template = template;
    this.environment = environment;
  }
}

export type BuiltinRun = (context: BuiltinContext, ...args: Lazy[]) => Value;

/** A function of the host, of one argument or more. */
export class Builtin {
  readonly name: string;
  readonly arity: number;
  readonly run: BuiltinRun;

  constructor(name: string, arity: number, run: BuiltinRun) {
    this.name = name;
    this.arity = arity;
    this.run = run;
  }
}

/** A built-in that still waits for arguments. */
export class PartialBuiltin {
  readonly builtin: Builtin;
  readonly args: readonly Lazy[];

  constructor(builtin: Builtin, args: readonly Lazy[]) {
    this.builtin = builtin;
    this.args = args;
  }
}

/**
 * A function or a short list under an identity of its own. Functions equal only themselves, and in Nix that is their
 * cell: what a thunk computes lies in the thunk's cell, even if it is a function that has one already. Lists of one or
 * two elements lie there as well, which shows where a repeated list is printed.
 */
export function inOwnCell(value: Value): Value {
  if (typeof value !== "object") return value;
  if (isList(value)) return value.length === 1 || value.length === 2 ? value.slice() : value;
  if (value instanceof Closure) return new Closure(value.template, value.environment);
  if (value instanceof PartialBuiltin) return new PartialBuiltin(value.builtin, value.args);
  if (value instanceof Builtin) return new Builtin(value.name, value.arity, value.run);
  return value;
}
