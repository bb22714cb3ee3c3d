import { selectAlongPath } from "./attribute-path.ts";
import { autoCall } from "./auto-call.ts";
import type { BuiltinContext, BuiltinDefinition } from "./builtins/builtin-context.ts";
import { derivationSource } from "./builtins/bundled-files.ts";
import { installGlobals, setChangingGlobal } from "./builtins/globals.ts";
import type { Lints } from "./diagnostics/lints.ts";
import type { EvalIO } from "./eval-io.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { type KeepingOptions, KeptWorlds } from "./keep/kept-worlds.ts";
import { World } from "./keep/world.ts";
import { MachineFileLoader } from "./load/file-loader.ts";
import type { ParseIndex } from "./load/parse-index.ts";
import { formatFloatForPrint } from "./number-format/format-float-for-print.ts";
import { printValue } from "./printers/print-value.ts";
import { type ShowOptions, showValue } from "./printers/show-value.ts";
import { valueToJson } from "./printers/value-to-json.ts";
import { valueToXml, type XmlOptions } from "./printers/value-to-xml.ts";
import type { LimitWatch } from "./run/limit-watch.ts";
import { type EvaluationEvent, Machine } from "./run/machine.ts";
import { defaultSettings, type MachineSettings } from "./run/settings.ts";
import { searchPathValue } from "./search-path.ts";
import { PositionTable } from "./syntax/position-table.ts";
import { showNode } from "./syntax/show-node.ts";
import { encodeByteString } from "./values/byte-string.ts";
import { resolvePathLiteral } from "./values/canonical-path.ts";
import { limitExceeded } from "./values/limit-exceeded.ts";
import { NixError } from "./values/nix-error.ts";
import { showType } from "./values/show-type.ts";
import type { Lazy, NixString, Value } from "./values/value.ts";

export interface EvaluatorParts {
  readonly io: EvalIO;
  /** Built-ins from outside: those of the store, fetchers. */
  readonly builtins?: readonly BuiltinDefinition[];
  readonly settings?: Partial<MachineSettings>;
  /** Makes values outlive the evaluations that say what to keep theirs under; without it nothing is kept. */
  readonly keeping?: KeepingOptions;
  /** What is known of texts from earlier processes; without it every text is parsed as a whole. */
  readonly parseIndex?: ParseIndex | undefined;
  /** Ends evaluations that take too much; without it only the depth of calls is limited. */
  readonly watch?: LimitWatch | undefined;
}

/** What one evaluation may decide for itself. */
export interface EvaluationOptions {
  /** Entries of the search path, such as `nixpkgs=/path`; byte strings. */
  readonly searchPath?: readonly string[];
  readonly maxCallDepth?: number | undefined;
  /**
   * Values of files are shared with the evaluations that say the same here, for as long as everything that they were
   * computed from is unchanged. Who must not see what another sees, or has other lints, says something else. Undefined:
   * nothing is shared.
   */
  readonly keepUnder?: string | undefined;
  /** What is said of discouraged literals in all that this evaluation parses. */
  readonly lints?: Lints | undefined;
  /** Told of every warning and `trace` line, as it happens. Messages are byte strings. */
  readonly observe?: (event: EvaluationEvent) => void;
}

/** What can be done within one evaluation. Texts and paths are byte strings; errors are NixErrors until they leave it. */
export interface Evaluation {
  /** The value of a text, whose relative paths start at `directory`. Not evaluated yet, but parsed. */
  expression(text: string, directory: string, name?: string): Lazy;
  /** The value of a file, or of the `default.nix` of a directory. */
  file(path: string): Lazy;
  /** Calls a function of named arguments with those of `args` that it takes; anything else stays what it is. */
  autoCall(value: Lazy, args: ReadonlyMap<string, Lazy>): Value;
  /** Follows an attribute path such as `a.b.0`, calling functions on the way. */
  select(value: Lazy, path: string, args: ReadonlyMap<string, Lazy>): Lazy;
  /** The value as `nix-instantiate --eval` prints it; only what has been evaluated is shown. */
  print(value: Lazy): string;
  /** The value as `nix repl` prints it, evaluated as far as it is shown. */
  show(value: Lazy, options: ShowOptions): string;
  /** What kind of value it is, with its article, such as "a string with context". */
  type(value: Lazy): string;
  /** The value as `--json` prints it, everything in it evaluated. */
  json(value: Lazy): NixString;
  /** The value as `--xml` prints it. */
  xml(value: Lazy, options: XmlOptions): NixString;
  /** A string as it is, for `--raw`. */
  raw(value: Lazy): NixString;
  readonly context: BuiltinContext;
}

/** An evaluator lives long: what it has parsed and compiled serves every later evaluation. */
export interface Evaluator {
  /** Runs one evaluation. Whatever fails in it comes out as an EvaluationError. */
  evaluate<Result>(options: EvaluationOptions, run: (evaluation: Evaluation) => Result): Result;
  /** The expression with all its parentheses, as `nix-instantiate --parse` prints it. */
  showParsed(text: string, directory: string, options?: ParsingOptions): string;
}

export interface ParsingOptions extends Pick<EvaluationOptions, "lints" | "observe"> {
  /** What positions show. */
  readonly name?: string;
}

export const stringSourceName = encodeByteString("«string»");

export function createEvaluator(parts: EvaluatorParts): Evaluator {
  const settings: MachineSettings = { ...defaultSettings, ...parts.settings };
  const positions = new PositionTable();
  const noFiles = { importFile: notLoaded, importFileWithScope: notLoaded, keepText: notLoaded };
  const machine = new Machine({
    io: parts.io,
    positions,
    settings,
    files: noFiles,
    observe: () => {},
    watch: parts.watch,
  });
  let globalNames: ReadonlySet<string> = new Set();
  const files = new MachineFileLoader(machine, () => globalNames, parts.parseIndex);
  machine.files = files;
  const derivation = machine.later(() =>
    machine.force(files.evaluateBundledText(encodeByteString("«derivation»"), derivationSource)),
  );
  installGlobals(machine, { extraBuiltins: parts.builtins ?? [], derivation });
  globalNames = new Set(machine.globals.keys());

  const worlds = new KeptWorlds(parts.keeping, (world) => files.forgetTexts(world));

  const evaluation: Evaluation = {
    expression: (text, directory, name = stringSourceName) => files.evaluateText(name, text, directory),
    file: (path) => machine.later(() => files.importFile(path)),
    autoCall: (value, args) => autoCall(machine, value, args),
    select: (value, path, args) => selectAlongPath(machine, value, path, args),
    print: printValue,
    show: (value, options) => showValue(machine, value, options),
    type: (value) => showType(machine.force(value)),
    json: (value) => valueToJson(machine, value),
    xml: (value, options) => valueToXml(machine, value, options),
    raw: (value) => machine.coerceToString(value, { copyToStore: true, coerceMore: false }),
    context: machine,
  };

  const guarded = <Result>(run: () => Result): Result => {
    try {
      return run();
    } catch (error) {
      if (error instanceof NixError) throw new EvaluationError(error, positions);
      const limit = error instanceof RangeError ? limitExceeded(error, 0) : undefined;
      throw limit === undefined ? error : new EvaluationError(limit, positions);
    } finally {
      files.endEvaluation();
    }
  };

  const observe = (event: EvaluationEvent, observer: EvaluationOptions["observe"]) => {
    // A later evaluation would have to say it again.
    machine.world.end();
    observer?.(event);
  };

  const currentTime = (now: () => number) =>
    machine.later(() => {
      machine.world.end();
      return now();
    });

  return {
    evaluate(options, run) {
      const { keepUnder, searchPath = [] } = options;
      machine.depth = 0;
      machine.maxDepth = options.maxCallDepth ?? settings.maxCallDepth;
      machine.observe = (event) => observe(event, options.observe);
      files.beginEvaluation(options.lints);
      setChangingGlobal(machine, "nixPath", searchPathValue(searchPath));
      if (settings.currentTime !== undefined)
        setChangingGlobal(machine, "currentTime", currentTime(settings.currentTime));
      return guarded(() => {
        const world = worlds.open(keepUnder, searchPath);
        machine.world = world;
        let isSound = false;
        try {
          const result = run(evaluation);
          isSound = true;
          return result;
        } catch (error) {
          isSound = error instanceof NixError;
          throw error;
        } finally {
          machine.world = new World(false);
          worlds.close(keepUnder, world, isSound);
        }
      });
    },
    showParsed(text, directory, options = {}) {
      const { name = stringSourceName } = options;
      machine.observe = (event) => options.observe?.(event);
      files.beginEvaluation(options.lints);
      return guarded(() =>
        showNode(files.parseTree(name, text), {
          resolvePath: (literal) => resolvePathLiteral(literal, directory, () => parts.io.homeDirectory()),
          formatFloat: formatFloatForPrint,
        }),
      );
    },
  };
}

function notLoaded(): never {
  throw new NixError("unsupported", "files can't be imported yet");
}
