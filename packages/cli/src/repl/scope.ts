import { identifiersIn } from "./identifiers.ts";
import { isVariableName } from "./keywords.ts";
import { addPrelude, preludeName, quoteNixString } from "./prelude.ts";
import type { ProgramText } from "./program-text.ts";
import { expressionOf, type UserText } from "./user-text.ts";

/** `--arg` has an expression, `--argstr` a string. */
export interface FileArgument {
  readonly name: string;
  readonly value: UserText | string;
}

/** A file as `:l` names it. */
export type FileReference =
  | { readonly kind: "path"; readonly path: string }
  /** What stands between `<` and `>`. */
  | { readonly kind: "search-path"; readonly name: string };

/** What adds variables to a scope. */
type Origin =
  | { readonly kind: "assignment"; readonly expression: UserText }
  | { readonly kind: "set"; readonly expression: UserText }
  | { readonly kind: "file"; readonly file: FileReference };

interface ScopeEntry {
  readonly origin: Origin;
  readonly names: ReadonlySet<string>;
  /** Names that its own text may use. */
  readonly uses: ReadonlySet<string>;
}

interface NeededEntry {
  readonly entry: ScopeEntry;
  /** Those of its names that something after it may use. */
  readonly names: readonly string[];
}

/** Adds the value of a file that is loaded. */
export function addFileValue(program: ProgramText, file: FileReference): void {
  const path = file.kind === "path" ? `(/. + ${quoteNixString(file.path)})` : `<${file.name}>`;
  program.add(`(${preludeName}.open (${preludeName}.import ${path}))`);
}

/**
 * The variables of a session, as text: an evaluator keeps nothing between requests. What comes later hides what is
 * called the same, but what came in between still sees the earlier one.
 */
export class Scope {
  readonly #fileArguments: readonly FileArgument[];
  #entries: readonly ScopeEntry[] = [];

  constructor(fileArguments: readonly FileArgument[]) {
    this.#fileArguments = fileArguments;
  }

  /** The names of all variables. */
  names(): ReadonlySet<string> {
    return new Set(this.#entries.flatMap(({ names }) => [...names]));
  }

  clear(): void {
    this.#entries = [];
  }

  assign(name: string, expression: UserText): void {
    this.#push({ kind: "assignment", expression }, [name]);
  }

  addSet(expression: UserText, names: readonly string[]): void {
    this.#push({ kind: "set", expression }, names);
  }

  addFile(file: FileReference, names: readonly string[]): void {
    this.#push({ kind: "file", file }, names);
  }

  #push(origin: Origin, names: readonly string[]): void {
    const uses = origin.kind === "file" ? new Set<string>() : identifiersIn(expressionOf(origin.expression));
    this.#entries = [...this.#entries, { origin, names: new Set(names.filter(isVariableName)), uses }];
  }

  /** Adds definitions, in which an expression that uses `identifiers` can follow. */
  addTo(program: ProgramText, identifiers: ReadonlySet<string>): void {
    addPrelude(program, this.#fileArguments);
    for (const [index, needed] of this.#neededFor(identifiers).entries()) addDefinition(program, needed, index);
  }

  /** Only what an expression may use, because parsing a whole package collection's names takes its time. */
  #neededFor(identifiers: ReadonlySet<string>): readonly NeededEntry[] {
    const open = new Set(identifiers);
    const needed: NeededEntry[] = [];
    for (const entry of this.#entries.toReversed()) {
      const names = [...open].filter((name) => entry.names.has(name));
      if (names.length === 0) continue;
      for (const name of names) open.delete(name);
      for (const name of entry.uses) open.add(name);
      needed.unshift({ entry, names });
    }
    return needed;
  }
}

/**
 * Variables come from a set that is bound to a name no text can hold: in `x = x + 1` the second `x` is the earlier one,
 * and a function still has the name that it was given.
 */
function addDefinition(program: ProgramText, { entry: { origin }, names }: NeededEntry, index: number): void {
  const bound = `${preludeName}-${index}`;
  program.add(`let ${bound} = `);
  if (origin.kind === "file") addFileValue(program, origin.file);
  else if (origin.kind === "set") program.addParenthesized(origin.expression);
  else {
    program.add(`{ ${names[0]} = `);
    program.addParenthesized(origin.expression);
    program.add("; }");
  }
  program.add(`; in let inherit (${bound}) ${names.join(" ")}; in `);
}
