import type { Environment } from "../values/thunk.ts";
import type { Lazy, Value } from "../values/value.ts";

/** Compiled code: the value of an expression in an environment, never a thunk. */
export type Code = (environment: Environment) => Value;

/** Compiled code that only promises: a value where one is at hand, else a thunk. */
export type DelayedCode = (environment: Environment) => Lazy;
