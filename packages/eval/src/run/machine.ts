import type { BuiltinContext, CoercionOptions } from "../builtins/builtin-context.ts";
import type { WarningKind } from "../diagnostics/codes.ts";
import type { EvalIO } from "../eval-io.ts";
import type { ErrorPosition } from "../evaluation-error.ts";
import { createNotingIO } from "../keep/noting-io.ts";
import { World } from "../keep/world.ts";
import { valueToJson } from "../printers/value-to-json.ts";
import type { PositionTable, SourceFile } from "../syntax/position-table.ts";
import { Attrs } from "../values/attrs.ts";
import { canonicalPath } from "../values/canonical-path.ts";
import { type Context, contextElements } from "../values/context.ts";
import { Builtin, Closure, type LambdaTemplate, PartialBuiltin } from "../values/functions.ts";
import { limitExceeded } from "../values/limit-exceeded.ts";
import { NixError, type NixErrorKind } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import { Deferred, type Environment, Thunk } from "../values/thunk.ts";
import { type Lazy, NixPath, type NixString, type Value } from "../values/value.ts";
import { coerceToString } from "./coercion.ts";
import { lessThan } from "./comparison.ts";
import { forceDeep } from "./deep.ts";
import { equal } from "./equality.ts";
import { bindFormals } from "./formals.ts";
import { withIOErrors } from "./io-errors.ts";
import { callsBetweenLooks, type LimitWatch, noWatch } from "./limit-watch.ts";
import type { MachineSettings } from "./settings.ts";
import { TypedForcing } from "./typed-forcing.ts";

/** What the machine needs of the stages above it. */
export interface FileLoader {
  importFile(path: string): Value;
  importFileWithScope(path: string, scope: Attrs): Value;
  /** Makes a text of this evaluation stay for as long as the world does. */
  keepText(source: SourceFile): void;
}

export type EvaluationEvent =
  | { readonly kind: "warning" | "trace"; readonly message: string }
  /** What a lint warns of in a text that is parsed. */
  | {
      readonly kind: "lint";
      readonly warning: WarningKind;
      readonly message: string;
      readonly position: ErrorPosition | undefined;
    };

/**
 * Everything that running code shares: forcing with type checks, calls, errors, the outside. One machine serves one
 * evaluator for its whole life.
 */
export class Machine extends TypedForcing implements BuiltinContext {
  readonly io: EvalIO;
  /** What the evaluation under way computes with, and perhaps leaves to the next one. */
  world: World;
  readonly positions: PositionTable;
  readonly settings: MachineSettings;
  files: FileLoader;
  observe: (event: EvaluationEvent) => void;
  /** Calls that are open now. Whoever catches an error sets it back. */
  depth = 0;
  maxDepth: number;
  watch: LimitWatch;
  /** Calls until the watch is asked again. */
  #callsUntilLook = callsBetweenLooks;
  /** Values of globals by name, `builtins` among them. */
  readonly globals = new Map<string, Lazy>();
  /** Names of globals, and of members of `builtins`, whose values are other ones in the next evaluation. */
  readonly changingGlobals = new Set<string>();
  readonly #applyDeferred: Deferred;
  readonly #computeDeferred: Deferred;

  constructor(parts: {
    io: EvalIO;
    positions: PositionTable;
    settings: MachineSettings;
    files: FileLoader;
    observe: (event: EvaluationEvent) => void;
    watch?: LimitWatch | undefined;
  }) {
    super();
    this.world = new World(false);
    this.io = createNotingIO(parts.io, () => this.world);
    this.positions = parts.positions;
    this.settings = parts.settings;
    this.files = parts.files;
    this.observe = parts.observe;
    this.maxDepth = parts.settings.maxCallDepth;
    this.watch = parts.watch ?? noWatch;
    this.#applyDeferred = new Deferred(([callee, ...args]: Environment) =>
      this.apply(this.force(callee as Lazy), args as Lazy[], 0),
    );
    this.#computeDeferred = new Deferred(([compute]: Environment) => (compute as () => Value)());
  }

  get storeDirectory(): string {
    return this.settings.storeDirectory;
  }

  forceDeep(value: Lazy): Value {
    return forceDeep(this, value);
  }

  toJson(value: Lazy): NixString {
    return valueToJson(this, value);
  }

  coerceToString(value: Lazy, options: CoercionOptions, during?: string): NixString {
    if (during === undefined) return coerceToString(this, value, options);
    return this.withFrame(`while ${during}`, 0, () => coerceToString(this, value, options));
  }

  coerceToPath(value: Lazy, during?: string): { path: string; context: Context | undefined } {
    const coerced = this.coerceToString(value, { copyToStore: false, coerceMore: false }, during);
    const [path, context] = typeof coerced === "string" ? [coerced, undefined] : [coerced.text, coerced.context];
    if (!path.startsWith("/")) this.fail("relative-path", `string '${path}' doesn't represent an absolute path`);
    return { path, context };
  }

  realisePath(value: Lazy, during?: string): string {
    const forced = this.force(value);
    if (forced instanceof NixPath) return forced.path;
    const { path, context } = this.coerceToPath(forced, during);
    if (context === undefined) return canonicalPath(path);
    const rewrites = withIOErrors(() => this.io.realiseContext(contextElements(context)));
    let rewritten = path;
    for (const [from, to] of rewrites) rewritten = rewritten.replaceAll(from, to);
    return canonicalPath(rewritten);
  }

  call(callee: Lazy, ...args: Lazy[]): Value {
    return this.apply(this.force(callee), args, 0);
  }

  callLater(callee: Lazy, ...args: Lazy[]): Lazy {
    return new Thunk(this.#applyDeferred, [callee, ...args]);
  }

  /** Makes applications of one function, put off until needed: one small object each. */
  applier(callee: Lazy): (argument: Lazy) => Lazy {
    const deferred = new Deferred((argument) => this.apply1(this.force(callee), argument as unknown as Lazy));
    return (argument) => new Thunk(deferred, argument as unknown as Environment);
  }

  later(compute: () => Value): Lazy {
    return new Thunk(this.#computeDeferred, [compute]);
  }

  equal(left: Lazy, right: Lazy): boolean {
    return equal(this, left, right);
  }

  lessThan(left: Lazy, right: Lazy): boolean {
    return lessThan(this, this.force(left), this.force(right));
  }

  importFile(path: string): Value {
    return this.files.importFile(path);
  }

  describePosition(position: number): { file: string; line: number; column: number } | undefined {
    const found = this.positions.resolve(position);
    return found === undefined ? undefined : { file: found.source.name, line: found.line, column: found.column };
  }

  dependsOn(key: string, stillHolds: (() => boolean) | undefined): void {
    this.world.dependsOn(key, stillHolds);
  }

  fail(kind: NixErrorKind, message: string, position = 0): never {
    throw new NixError(kind, message, position);
  }

  withFrame<Result>(text: string, position: number, compute: () => Result): Result {
    try {
      return compute();
    } catch (error) {
      throw this.traced(error, text, position);
    }
  }

  isNixError(error: unknown): error is NixError {
    return error instanceof NixError;
  }

  /** Applies a forced value to one argument, from within a built-in. */
  apply1(callee: Value, argument: Lazy): Value {
    if (callee instanceof Closure) return this.enter(callee.template, callee.environment, argument, 0);
    return this.apply(callee, [argument], 0);
  }

  /** Applies a value to an argument that depends on nothing and that `key` describes wholly. */
  applyToLiteral(callee: Value, key: string, argument: () => Lazy, position: number): Value {
    if (!(callee instanceof Closure)) return this.apply(callee, [argument()], position);
    const compute = () => this.enter(callee.template, callee.environment, argument(), position);
    return this.world.application(callee, key, compute);
  }

  /** Applies a forced value to two arguments, from within a built-in. */
  apply2(callee: Value, first: Lazy, second: Lazy): Value {
    if (callee instanceof Closure && callee.template.inner !== undefined) {
      return this.enter2(callee.template, callee.environment, first, second, 0);
    }
    return this.apply(callee, [first, second], 0);
  }

  /** Applies a forced value to arguments, one or more at a time. `position` is that of the call. */
  apply(callee: Value, args: readonly Lazy[], position: number): Value {
    let current = callee;
    let next = 0;
    while (next < args.length) {
      if (current instanceof Closure) {
        const { template, environment } = current;
        if (template.inner !== undefined && next + 1 < args.length) {
          current = this.enter2(template, environment, args[next] as Lazy, args[next + 1] as Lazy, position);
          next += 2;
        } else {
          current = this.enter(template, environment, args[next] as Lazy, position);
          next++;
        }
      } else if (current instanceof Builtin) {
        const end = next + current.arity;
        if (end > args.length) return new PartialBuiltin(current, part(args, next, args.length));
        current = this.runBuiltin(current, part(args, next, end), position);
        next = end;
      } else if (current instanceof PartialBuiltin) {
        const { builtin, args: earlier } = current;
        const end = next + builtin.arity - earlier.length;
        const passed = [...earlier, ...part(args, next, end)];
        if (end > args.length) return new PartialBuiltin(builtin, passed);
        current = this.runBuiltin(builtin, passed, position);
        next = end;
      } else {
        current = this.apply(this.functorOf(current, position), [current], position);
      }
    }
    return current;
  }

  /** What a set with `__functor` is called through. */
  functorOf(callee: Value, position: number): Value {
    const functor = callee instanceof Attrs ? callee.force("__functor") : undefined;
    if (functor !== undefined) return functor;
    throw new NixError(
      "not-callable",
      `attempt to call something which is not a function but ${showType(callee)}`,
      position,
    );
  }

  /** Runs a function's body for one argument. */
  enter(template: LambdaTemplate, environment: Environment, argument: Lazy, position: number): Value {
    this.countCall(position);
    try {
      const inner =
        template.formals === undefined
          ? [environment, argument]
          : bindFormals(this, template, environment, argument, position);
      const value = template.body.run(inner);
      this.depth--;
      return value;
    } catch (error) {
      throw this.tracedCall(error, template, position);
    }
  }

  /** Runs the body of a function that gives a function, for two arguments, without making the function in between. */
  enter2(template: LambdaTemplate, environment: Environment, first: Lazy, second: Lazy, position: number): Value {
    this.countCall(position);
    const innerTemplate = template.inner as LambdaTemplate;
    try {
      const outer =
        template.formals === undefined
          ? [environment, first]
          : bindFormals(this, template, environment, first, position);
      const inner =
        innerTemplate.formals === undefined
          ? [outer, second]
          : bindFormals(this, innerTemplate, outer, second, position);
      const value = innerTemplate.body.run(inner);
      this.depth--;
      return value;
    } catch (error) {
      throw this.tracedCall(error, innerTemplate, position);
    }
  }

  /** Runs a built-in for as many arguments as it takes. */
  runBuiltin(builtin: Builtin, args: readonly Lazy[], position: number): Value {
    this.countCall(position);
    try {
      const value = builtin.run(this, ...args);
      this.depth--;
      return value;
    } catch (error) {
      throw this.tracedBuiltin(error, builtin, position);
    }
  }

  /** Opens a call; who does so lowers `depth` again when it ends well. */
  countCall(position: number): void {
    if (++this.depth > this.maxDepth) this.#tooDeep(position);
    if (--this.#callsUntilLook < 0) this.look(position);
  }

  /** Notes that a list of applications was made, which takes memory without a call. */
  countElements(count: number): void {
    this.#callsUntilLook -= count >> 3;
  }

  /** Ends the evaluation if a limit is reached, or would be by taking that much more memory. */
  look(position: number, neededBytes = 0): void {
    this.#callsUntilLook = callsBetweenLooks;
    const reached = this.watch.reached(neededBytes);
    if (reached === undefined) return;
    // What it has computed so far is of no use to anybody, and may be what takes the memory.
    this.world.end();
    throw new NixError(reached.kind, reached.message, position);
  }

  #tooDeep(position: number): never {
    throw new NixError("stack-overflow", "stack overflow; max-call-depth exceeded", position);
  }

  /** The error to go on with when a call of a function failed. */
  tracedCall(error: unknown, template: LambdaTemplate, position: number): unknown {
    const traced = this.#asNixError(error, position);
    if (traced instanceof NixError) {
      traced.addFrame(
        `while calling ${template.name === "" ? "anonymous lambda" : `'${template.name}'`}`,
        template.position,
      );
      if (position !== 0) traced.addFrame("from call site", position);
    }
    return traced;
  }

  tracedBuiltin(error: unknown, builtin: Builtin, position: number): unknown {
    const traced = this.#asNixError(error, position);
    if (traced instanceof NixError) traced.addFrame(`while calling the '${builtin.name}' builtin`, position);
    return traced;
  }

  traced(error: unknown, text: string, position: number): unknown {
    const traced = this.#asNixError(error, position);
    if (traced instanceof NixError) traced.addFrame(text, position);
    return traced;
  }

  /** Gives an error a position if it has none; JS's own stack overflow becomes an error of the language. */
  #asNixError(error: unknown, position: number): unknown {
    if (error instanceof NixError) {
      if (error.position === 0) error.position = position;
      return error;
    }
    if (!(error instanceof RangeError)) return error;
    // Where the stack has ended, a thunk may not have been set back.
    this.world.end();
    return limitExceeded(error, position) ?? error;
  }
}

/** These arguments of a call: mostly all of them. */
function part(args: readonly Lazy[], start: number, end: number): readonly Lazy[] {
  return start === 0 && end >= args.length ? args : args.slice(start, end);
}
