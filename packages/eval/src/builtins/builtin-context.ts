import type { EvalIO } from "../eval-io.ts";
import type { Attrs } from "../values/attrs.ts";
import type { Context } from "../values/context.ts";
import type { NixError, NixErrorKind } from "../values/nix-error.ts";
import type { Lazy, NixFloat, NixInteger, NixList, NixString, Value } from "../values/value.ts";

export interface CoercionOptions {
  /** Paths are copied to the store and become store paths with context (as in `"${./file}"`); else they stay what they are. */
  readonly copyToStore: boolean;
  /** Also takes null, booleans, numbers and lists (as `toString` and derivation attributes do). */
  readonly coerceMore: boolean;
}

/** What a built-in gets to work with: the rest of the evaluator, behind names that stay. */
export interface BuiltinContext {
  readonly io: EvalIO;
  /** `/nix/store` unless configured otherwise. */
  readonly storeDirectory: string;

  /** Values. `while` says what was being done, for the error's trace: "evaluating the first argument passed to …". */
  force(value: Lazy): Value;
  forceBoolean(value: Lazy, during?: string): boolean;
  forceInteger(value: Lazy, during?: string): NixInteger;
  /** An integer that fits a JS number; what doesn't is an error. */
  forceSmallInteger(value: Lazy, during?: string): number;
  forceNumber(value: Lazy, during?: string): NixInteger | NixFloat;
  forceString(value: Lazy, during?: string): NixString;
  /** A string that must not refer to the store. */
  forcePlainString(value: Lazy, during?: string): string;
  forceList(value: Lazy, during?: string): NixList;
  forceAttrs(value: Lazy, during?: string): Attrs;
  /** Any callable value, sets with `__functor` too. */
  forceFunction(value: Lazy, during?: string): Value;
  forceDeep(value: Lazy): Value;

  /** A string as Nix makes it of strings, paths, sets with `__toString` or `outPath`, and more if asked. */
  coerceToString(value: Lazy, options: CoercionOptions, during?: string): NixString;
  /** The value as `toJSON` writes it, with the context of everything in it. */
  toJson(value: Lazy): NixString;
  /** An absolute, canonical path; strings may carry context. */
  coerceToPath(value: Lazy, during?: string): { readonly path: string; readonly context: Context | undefined };
  /** Realises the context (import from derivation) and follows what it is rewritten to. */
  realisePath(value: Lazy, during?: string): string;

  call(callee: Lazy, ...args: Lazy[]): Value;
  /** The application of a function, put off until needed. */
  callLater(callee: Lazy, ...args: Lazy[]): Lazy;
  /** A computation, put off until needed, then done once. */
  later(compute: () => Value): Lazy;

  /** `==`. */
  equal(left: Lazy, right: Lazy): boolean;
  /** `left < right`, for what can be ordered. */
  lessThan(left: Lazy, right: Lazy): boolean;

  /** Evaluates a file as `import` does: parsed and evaluated once. */
  importFile(path: string): Value;

  /** A file name and where in it, as unsafeGetAttrPos shows it; undefined for position 0. */
  describePosition(
    position: number,
  ): { readonly file: string; readonly line: number; readonly column: number } | undefined;

  /**
   * Throws. The position of the built-in's call is added on the way out. Only kinds `throw`, `assertion` and
   * `search-path` can be caught by tryEval.
   */
  fail(kind: NixErrorKind, message: string, position?: number): never;
  /** Runs `compute`; an error on its way out gets one more line in its trace. */
  withFrame<Result>(text: string, position: number, compute: () => Result): Result;
  isNixError(error: unknown): error is NixError;

  /**
   * Says what a result depends on besides its arguments and what `io` tells: under `key`, once, how to find out later
   * whether it is still so. Undefined if it can't be found out; then no later evaluation sees the result.
   */
  dependsOn(key: string, stillHolds: (() => boolean) | undefined): void;

  /** A warning or `trace` line for whoever watches the evaluation. */
  observe(event: { readonly kind: "warning" | "trace"; readonly message: string }): void;
}

/**
 * A built-in from outside the package: `builtins.<name>`, and `<name>` or `__<name>` where Nix has it. It replaces what
 * the evaluator has under that name. With arity 0 `run` is called when the value is first needed.
 */
export interface BuiltinDefinition {
  readonly name: string;
  readonly arity: number;
  readonly run: (context: BuiltinContext, ...args: Lazy[]) => Value;
}
