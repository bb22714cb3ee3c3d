import type { EvaluatorService } from "@tvix-mesh/glue";
import type { EvaluateRequest_Format, Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { readRules } from "../expression/evaluation-rules.ts";
import type { SearchPathEntry } from "../expression/search-path.ts";
import { identifiersIn } from "./identifiers.ts";
import { type PreludeFunction, preludeName } from "./prelude.ts";
import { ProgramText } from "./program-text.ts";
import { relocateEvents } from "./relocate-events.ts";
import type { ReplView } from "./repl-view.ts";
import { addFileValue, type FileReference, type Scope } from "./scope.ts";
import { expressionOf, type UserText } from "./user-text.ts";

export interface ScopedEvaluatorParts {
  readonly evaluator: EvaluatorService;
  readonly view: ReplView;
  /** What relative paths start from. */
  readonly directory: string;
  readonly searchPath?: readonly SearchPathEntry[];
  readonly showTrace?: boolean;
  readonly rules?: ReturnType<typeof readRules>;
}

/** Values of the request's format. As numbers, because the generated code is too slow to load for them alone. */
export const formats = { json: 1, parse: 4, repl: 6, type: 7 } as const satisfies Record<
  string,
  EvaluateRequest_Format
>;

export interface PrintOptions {
  readonly format: EvaluateRequest_Format;
  readonly strict?: boolean;
  readonly readOnly?: boolean;
}

export interface BuiltOutput {
  readonly name: string;
  readonly storePath: string;
}

type Signal = AbortSignal | undefined;

const decoder = new TextDecoder();

/**
 * Evaluates texts that use a scope's variables. Traces, warnings and diagnostics are shown; a program that is wrong ends
 * with ExitStatus or IncompleteInput.
 */
export class ScopedEvaluator {
  readonly #parts: ScopedEvaluatorParts;
  readonly #scope: Scope;
  /** Whether diagnostics tell what led to them. */
  showTrace: boolean;

  constructor(parts: ScopedEvaluatorParts, scope: Scope) {
    this.#parts = parts;
    this.#scope = scope;
    this.showTrace = parts.showTrace ?? false;
  }

  /** An expression's value. It is the last of its program: if that ends too early, the user hasn't typed all of it. */
  async print(expression: UserText, options: PrintOptions, signal: Signal): Promise<Uint8Array> {
    const program = this.#program(expressionOf(expression));
    program.addUserText(expression);
    const printed: Uint8Array[] = [];
    await this.#parts.view.follow(this.#events(program, options, signal), ({ event }) => {
      if (event.case === "value") printed.push(program.relocatePrinted(event.value.text));
    });
    return Buffer.concat(printed);
  }

  /** Whether it is an expression, and of known variables; its value doesn't matter. */
  async check(expression: UserText, signal: Signal): Promise<void> {
    await this.print(expression, { format: formats.parse, readOnly: true }, signal);
  }

  /** The type of an expression's value, with its article. */
  async typeOf(expression: UserText, signal: Signal): Promise<string> {
    const printed = await this.print(expression, { format: formats.type, readOnly: true }, signal);
    return decoder.decode(printed).trimEnd();
  }

  /** What a function of the prelude makes of an expression's value, which must be an expression. */
  apply<Value>(name: PreludeFunction, expression: UserText, signal: Signal): Promise<Value> {
    return this.#json(this.#application(name, expression), signal);
  }

  /** The same, but nothing is shown. */
  async applySilently<Value>(name: PreludeFunction, expression: UserText, signal: Signal): Promise<Value> {
    const printed: Uint8Array[] = [];
    const options = { format: formats.json, readOnly: true };
    for await (const { event } of this.#events(this.#application(name, expression), options, signal))
      if (event.case === "value") printed.push(event.value.text);
    return JSON.parse(decoder.decode(Buffer.concat(printed)));
  }

  /** The names of the attributes that a file defines. */
  attributeNamesOfFile(file: FileReference, signal: Signal): Promise<readonly string[]> {
    const program = this.#program("");
    program.add(`${preludeName}.attrNames `);
    addFileValue(program, file);
    return this.#json(program, signal);
  }

  /** Builds all outputs of what an expression describes, which must be an expression. */
  async build(expression: UserText, signal: Signal): Promise<readonly BuiltOutput[]> {
    const { evaluator, view } = this.#parts;
    const program = this.#application("outputs", expression);
    const request = { expression: this.#expression(program), showTrace: this.showTrace };
    const built: BuiltOutput[] = [];
    using display = view.openProgress();
    const handle = ({ event }: Event) => {
      if (event.case === "progress") display.progress(event.value);
      else if (event.case === "logLine") display.logLine(event.value);
      else if (event.case === "builtOutputs") built.push(...event.value.outputs);
    };
    await view.follow(this.#relocate(evaluator.build(request, { signal }), program), handle, display);
    display.end();
    return built;
  }

  async #json<Value>(program: ProgramText, signal: Signal): Promise<Value> {
    const printed: Uint8Array[] = [];
    const events = this.#events(program, { format: formats.json, readOnly: true }, signal);
    await this.#parts.view.follow(events, ({ event }) => {
      if (event.case === "value") printed.push(event.value.text);
    });
    return JSON.parse(decoder.decode(Buffer.concat(printed)));
  }

  /** The definitions for a text that follows. */
  #program(text: string): ProgramText {
    const program = new ProgramText();
    this.#scope.addTo(program, identifiersIn(text));
    return program;
  }

  #application(name: PreludeFunction, expression: UserText): ProgramText {
    const program = this.#program(expressionOf(expression));
    program.add(`${preludeName}.${name} `);
    program.addParenthesized(expression);
    return program;
  }

  #events(program: ProgramText, options: PrintOptions, signal: Signal): AsyncIterable<Event> {
    const request = { ...options, expression: this.#expression(program), showTrace: this.showTrace };
    return this.#relocate(this.#parts.evaluator.evaluate(request, { signal }), program);
  }

  #relocate(events: AsyncIterable<Event>, program: ProgramText): AsyncIterable<Event> {
    return relocateEvents(events, program, this.#scope.names());
  }

  #expression(program: ProgramText) {
    return {
      source: { case: "text" as const, value: new TextEncoder().encode(program.text) },
      baseDir: this.#parts.directory,
      searchPath: [...(this.#parts.searchPath ?? [])],
      ...this.#parts.rules,
    };
  }
}
