import { homedir } from "node:os";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { EvaluatorService } from "@tvix-mesh/glue";
import type { Diagnostic, EvaluateRequest_Format, Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { ExitStatus } from "../exit-status.ts";
import type { SearchPathEntry } from "../expression/search-path.ts";
import { describeValue, type ValueDescription } from "./describe-value.ts";
import { documentBuiltin } from "./document-builtin.ts";
import { identifiersIn } from "./identifiers.ts";
import { parseInput, type ReplInput } from "./parse-input.ts";
import { preludeName } from "./prelude.ts";
import { ProgramText } from "./program-text.ts";
import { IncompleteInput, relocateEvents } from "./relocate-events.ts";
import { describeCommands, type ReplCommandName } from "./repl-commands.ts";
import type { ReplView } from "./repl-view.ts";
import { addFileValue, type FileArgument, type FileReference, Scope } from "./scope.ts";
import { expressionOf, type UserText, wholeText } from "./user-text.ts";

export interface ReplSessionParts {
  readonly evaluator: EvaluatorService;
  readonly view: ReplView;
  /** What relative paths start from. */
  readonly directory: string;
  readonly searchPath?: readonly SearchPathEntry[];
  /** What loaded files are called with. */
  readonly fileArguments?: readonly FileArgument[];
  readonly showTrace?: boolean;
}

/** How an input ended: `incomplete` asks for another line of it. */
export type InputOutcome = "done" | "failed" | "incomplete" | "quit";

/** Values of the request's format. As numbers, because the generated code is too slow to load for them alone. */
const formats = { json: 1, parse: 4, repl: 6, type: 7 } as const satisfies Record<string, EvaluateRequest_Format>;

interface EvaluateOptions {
  readonly format: EvaluateRequest_Format;
  readonly strict?: boolean;
  readonly readOnly?: boolean;
}

const decoder = new TextDecoder();

/** What a user types is wrong in a way that no evaluator has to find out. */
class WrongInput extends Error {}

/**
 * A user's inputs, one after the other, and the variables that they define. An evaluator keeps none of it: each input
 * becomes one expression, in which the definitions that it needs come first.
 */
export class ReplSession {
  readonly #parts: ReplSessionParts;
  readonly #scope: Scope;
  #files: readonly FileReference[] = [];
  #showTrace: boolean;
  #generation = 0;
  #incomplete: Diagnostic | undefined;

  constructor(parts: ReplSessionParts) {
    this.#parts = parts;
    this.#scope = new Scope(parts.fileArguments ?? []);
    this.#showTrace = parts.showTrace ?? false;
  }

  /** The names of all variables that inputs have defined. */
  get variables(): ReadonlySet<string> {
    return this.#scope.names();
  }

  /** Changes when an input may have changed what a variable stands for. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Runs an input and shows its answer. What is wrong with it is shown too; what else fails is thrown, such as an
   * evaluator that doesn't answer, or the signal's reason.
   */
  run(typed: string, signal?: AbortSignal): Promise<InputOutcome> {
    return this.#guard(() => this.#run(parseInput(typed), signal));
  }

  /** Loads a file, as `:l` does. */
  load(file: string, signal?: AbortSignal): Promise<InputOutcome> {
    return this.#guard(() => this.#loadNamed(file, signal));
  }

  /** Says what the last input lacks, which was incomplete. */
  giveUp(): void {
    if (this.#incomplete) this.#parts.view.diagnose(this.#incomplete);
  }

  async #guard(work: () => Promise<InputOutcome>): Promise<InputOutcome> {
    this.#incomplete = undefined;
    try {
      return await work();
    } catch (error) {
      if (error instanceof IncompleteInput) {
        this.#incomplete = error.diagnostic;
        return "incomplete";
      }
      if (error instanceof WrongInput) this.#parts.view.complain(error.message);
      else if (!(error instanceof ExitStatus)) throw error;
      return "failed";
    }
  }

  /** The attribute names of an expression's value; throws where there are none. Nothing is shown. */
  async attributeNames(expression: string, signal: AbortSignal): Promise<readonly string[]> {
    const program = this.#program(expression);
    program.add(`${preludeName}.attrNames `);
    program.addParenthesized(wholeText(expression));
    return await this.#json(program, signal, { isSilent: true });
  }

  async #run(input: ReplInput, signal: AbortSignal | undefined): Promise<InputOutcome> {
    switch (input.kind) {
      case "nothing":
        return "done";
      case "expression":
        this.#parts.view.value(await this.#evaluate(input.expression, { format: formats.repl }, signal));
        return "done";
      case "assignment":
        await this.#check(input.expression, signal);
        this.#scope.assign(input.name, input.expression);
        this.#generation++;
        return "done";
      case "command":
        return await this.#command(input.name, input.argument, signal);
    }
  }

  async #command(name: string, argument: UserText, signal: AbortSignal | undefined): Promise<InputOutcome> {
    const { view } = this.#parts;
    switch ((name === "h" ? "?" : name) as ReplCommandName) {
      case "a":
        await this.#addSet(argument, signal);
        break;
      case "b":
        await this.#build(argument, signal);
        break;
      case "d":
        await this.#describe(argument, signal);
        break;
      case "doc":
        await this.#document(argument, signal);
        break;
      case "l":
        return await this.#loadNamed(expressionOf(argument), signal);
      case "p":
        view.value(await this.#evaluate(argument, { format: formats.repl, strict: true }, signal));
        break;
      case "q":
        return "quit";
      case "r":
        return await this.#reload(signal);
      case "t":
        view.answer(decoder.decode(await this.#evaluate(argument, { format: formats.type, readOnly: true }, signal)));
        break;
      case "te":
        this.#showTrace = !this.#showTrace;
        view.note(this.#showTrace ? "errors show what led to them\n" : "errors don't show what led to them\n");
        break;
      case "?":
        view.answer(describeCommands());
        break;
      default:
        throw new WrongInput(`unknown command :${name} (:? lists those that there are)`);
    }
    return "done";
  }

  async #addSet(expression: UserText, signal: AbortSignal | undefined): Promise<void> {
    await this.#check(expression, signal);
    const program = this.#program(expressionOf(expression));
    program.add(`${preludeName}.attrNames `);
    program.addParenthesized(expression);
    const names: string[] = await this.#json(program, signal);
    this.#scope.addSet(expression, names);
    this.#tellAdded(names);
  }

  #fileReference(name: string): FileReference {
    if (name === "") throw new WrongInput(":l needs a file");
    const searched = /^<([^<>]+)>$/.exec(name)?.[1];
    if (searched !== undefined) return { kind: "search-path", name: searched };
    return { kind: "path", path: resolve(this.#parts.directory, name.replace(/^~(?=\/|$)/, homedir())) };
  }

  async #loadNamed(name: string, signal: AbortSignal | undefined): Promise<InputOutcome> {
    const file = this.#fileReference(name);
    // One that can't be loaded now may be once it is mended: `:r` tries it again.
    this.#files = [...this.#files.filter((other) => !isDeepStrictEqual(other, file)), file];
    await this.#load(file, signal);
    return "done";
  }

  async #load(file: FileReference, signal: AbortSignal | undefined): Promise<void> {
    const program = this.#program("");
    program.add(`${preludeName}.attrNames `);
    addFileValue(program, file);
    const names: string[] = await this.#json(program, signal);
    this.#scope.addFile(file, names);
    this.#tellAdded(names);
  }

  async #reload(signal: AbortSignal | undefined): Promise<InputOutcome> {
    this.#scope.clear();
    this.#generation++;
    let outcome: InputOutcome = "done";
    for (const file of this.#files) {
      this.#parts.view.note(`Loading ${file.kind === "path" ? file.path : `<${file.name}>`}\n`);
      const loading = async (): Promise<InputOutcome> => {
        await this.#load(file, signal);
        return "done";
      };
      if ((await this.#guard(loading)) !== "done") outcome = "failed";
    }
    return outcome;
  }

  #tellAdded(names: readonly string[]): void {
    this.#generation++;
    this.#parts.view.note(`Added ${names.length} variables.\n`);
  }

  async #describe(expression: UserText, signal: AbortSignal | undefined): Promise<void> {
    const type = decoder.decode(await this.#evaluate(expression, { format: formats.type, readOnly: true }, signal));
    const program = this.#program(expressionOf(expression));
    program.add(`${preludeName}.describe `);
    program.addParenthesized(expression);
    const description: ValueDescription = await this.#json(program, signal);
    const printed = decoder.decode(await this.#evaluate(expression, { format: formats.repl, readOnly: true }, signal));
    this.#parts.view.answer(describeValue(type.trimEnd(), printed.trimEnd(), description));
  }

  async #document(expression: UserText, signal: AbortSignal | undefined): Promise<void> {
    const { view } = this.#parts;
    const text = expressionOf(expression);
    // Constants are known by their names alone.
    const named = /^(?:builtins\.|__)?([a-zA-Z']+)$/.exec(text)?.[1];
    const known = named !== undefined && !this.variables.has(text) ? documentBuiltin(named) : undefined;
    if (known !== undefined) {
      view.answer(known);
      return;
    }
    const type = decoder.decode(await this.#evaluate(expression, { format: formats.type, readOnly: true }, signal));
    const builtin = /built-in function '(.*)'/.exec(type)?.[1];
    const documentation = builtin === undefined ? undefined : documentBuiltin(builtin);
    if (documentation === undefined) throw new WrongInput(`only built-ins are explained; this is ${type.trimEnd()}`);
    view.answer(documentation);
  }

  async #build(expression: UserText, signal: AbortSignal | undefined): Promise<void> {
    const { evaluator, view } = this.#parts;
    await this.#check(expression, signal);
    const program = this.#program(expressionOf(expression));
    program.add(`${preludeName}.outputs `);
    program.addParenthesized(expression);
    const request = { expression: this.#expression(program), showTrace: this.#showTrace };
    const built: { readonly name: string; readonly storePath: string }[] = [];
    using display = view.openProgress();
    const events = relocateEvents(evaluator.build(request, { signal }), program, this.variables);
    await view.follow(
      events,
      ({ event }) => {
        if (event.case === "progress") display.progress(event.value);
        else if (event.case === "logLine") display.logLine(event.value);
        else if (event.case === "builtOutputs") built.push(...event.value.outputs);
      },
      display,
    );
    display.end();
    for (const { name, storePath } of built) view.answer(`  ${name} -> ${storePath}\n`);
  }

  /** Whether it is an expression, and of known variables; its value doesn't matter. */
  async #check(expression: UserText, signal: AbortSignal | undefined): Promise<void> {
    await this.#evaluate(expression, { format: formats.parse, readOnly: true }, signal);
  }

  /** The definitions for a text that follows. */
  #program(text: string): ProgramText {
    const program = new ProgramText();
    this.#scope.addTo(program, identifiersIn(text));
    return program;
  }

  /** An expression's value. It is the last of its program: if that ends too early, the user hasn't typed all of it. */
  async #evaluate(
    expression: UserText,
    options: EvaluateOptions,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const program = this.#program(expressionOf(expression));
    program.addUserText(expression);
    const printed: Uint8Array[] = [];
    await this.#parts.view.follow(this.#events(program, options, signal), ({ event }) => {
      if (event.case === "value") printed.push(program.relocatePrinted(event.value.text));
    });
    return Buffer.concat(printed);
  }

  async #json<Value>(
    program: ProgramText,
    signal: AbortSignal | undefined,
    { isSilent = false }: { readonly isSilent?: boolean } = {},
  ): Promise<Value> {
    const printed: Uint8Array[] = [];
    const handle = ({ event }: Event) => {
      if (event.case === "value") printed.push(event.value.text);
    };
    const events = this.#events(program, { format: formats.json, readOnly: true }, signal);
    if (isSilent) for await (const event of events) handle(event);
    else await this.#parts.view.follow(events, handle);
    return JSON.parse(decoder.decode(Buffer.concat(printed)));
  }

  #events(program: ProgramText, options: EvaluateOptions, signal: AbortSignal | undefined): AsyncIterable<Event> {
    const request = { ...options, expression: this.#expression(program), showTrace: this.#showTrace };
    return relocateEvents(this.#parts.evaluator.evaluate(request, { signal }), program, this.variables);
  }

  #expression(program: ProgramText) {
    return {
      source: { case: "text" as const, value: new TextEncoder().encode(program.text) },
      baseDir: this.#parts.directory,
      searchPath: [...(this.#parts.searchPath ?? [])],
    };
  }
}
