import { homedir } from "node:os";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Diagnostic } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { ExitStatus } from "../exit-status.ts";
import { describeValue, type ValueDescription } from "./describe-value.ts";
import { documentBuiltin } from "./document-builtin.ts";
import { parseInput, type ReplInput } from "./parse-input.ts";
import { IncompleteInput } from "./relocate-events.ts";
import { describeCommands, type ReplCommandName } from "./repl-commands.ts";
import { type FileArgument, type FileReference, Scope } from "./scope.ts";
import { formats, ScopedEvaluator, type ScopedEvaluatorParts } from "./scoped-evaluator.ts";
import { expressionOf, type UserText, wholeText } from "./user-text.ts";

export interface ReplSessionParts extends ScopedEvaluatorParts {
  /** What loaded files are called with. */
  readonly fileArguments?: readonly FileArgument[];
}

/** How an input ended: `incomplete` asks for another line of it. */
export type InputOutcome = "done" | "failed" | "incomplete" | "quit";

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
  readonly #evaluator: ScopedEvaluator;
  #files: readonly FileReference[] = [];
  #generation = 0;
  #incomplete: Diagnostic | undefined;

  constructor(parts: ReplSessionParts) {
    this.#parts = parts;
    this.#scope = new Scope(parts.fileArguments ?? []);
    this.#evaluator = new ScopedEvaluator(parts, this.#scope);
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
  attributeNames(expression: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#evaluator.applySilently("attrNames", wholeText(expression), signal);
  }

  async #run(input: ReplInput, signal: AbortSignal | undefined): Promise<InputOutcome> {
    switch (input.kind) {
      case "nothing":
        return "done";
      case "expression":
        this.#parts.view.value(await this.#evaluator.print(input.expression, { format: formats.repl }, signal));
        return "done";
      case "assignment":
        await this.#evaluator.check(input.expression, signal);
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
        view.value(await this.#evaluator.print(argument, { format: formats.repl, strict: true }, signal));
        break;
      case "q":
        return "quit";
      case "r":
        return await this.#reload(signal);
      case "t":
        view.answer(`${await this.#evaluator.typeOf(argument, signal)}\n`);
        break;
      case "te":
        this.#evaluator.showTrace = !this.#evaluator.showTrace;
        view.note(
          this.#evaluator.showTrace ? "errors show what led to them\n" : "errors don't show what led to them\n",
        );
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
    await this.#evaluator.check(expression, signal);
    const names: string[] = await this.#evaluator.apply("attrNames", expression, signal);
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
    const names = await this.#evaluator.attributeNamesOfFile(file, signal);
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
    const type = await this.#evaluator.typeOf(expression, signal);
    const description: ValueDescription = await this.#evaluator.apply("describe", expression, signal);
    const printed = await this.#evaluator.print(expression, { format: formats.repl, readOnly: true }, signal);
    this.#parts.view.answer(describeValue(type, decoder.decode(printed).trimEnd(), description));
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
    const type = await this.#evaluator.typeOf(expression, signal);
    const builtin = /built-in function '(.*)'/.exec(type)?.[1];
    const documentation = builtin === undefined ? undefined : documentBuiltin(builtin);
    if (documentation === undefined) throw new WrongInput(`only built-ins are explained; this is ${type}`);
    view.answer(documentation);
  }

  async #build(expression: UserText, signal: AbortSignal | undefined): Promise<void> {
    await this.#evaluator.check(expression, signal);
    const built = await this.#evaluator.build(expression, signal);
    for (const { name, storePath } of built) this.#parts.view.answer(`  ${name} -> ${storePath}\n`);
  }
}
