import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { builtinDocumentation } from "./builtin-documentation.ts";
import { isVariableName, keywordList } from "./keywords.ts";
import { quoteNixString } from "./prelude.ts";
import { replCommands } from "./repl-commands.ts";
import type { ReplSession } from "./session.ts";

/** What could stand where the cursor is, each in place of the text `replaced` before it. */
export interface Completions {
  readonly candidates: readonly string[];
  readonly replaced: string;
}

const nothing: Completions = { candidates: [], replaced: "" };

function startingWith(candidates: Iterable<string>, replaced: string): Completions {
  return {
    candidates: [...new Set(candidates)].filter((candidate) => candidate.startsWith(replaced)).sort(),
    replaced,
  };
}

const globals: readonly string[] = [
  "builtins",
  ...builtinDocumentation.flatMap(({ name, isGlobal, status }) => (isGlobal && status.kind === "done" ? [name] : [])),
  ...keywordList,
];

function completePath(path: string, directory: string): Completions {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const base = path.slice(folder.length);
  try {
    const entries = readdirSync(resolve(directory, folder.replace(/^~(?=\/)/, homedir()) || "."), {
      withFileTypes: true,
    });
    const names = entries
      .filter(({ name }) => base.startsWith(".") || !name.startsWith("."))
      .map((entry) => folder + entry.name + (entry.isDirectory() ? "/" : ""));
    return startingWith(names, path);
  } catch {
    return nothing;
  }
}

/** `pkgs.he` and the like: a variable, names, and the beginning of a name. */
const selectionPattern = /([a-zA-Z_][a-zA-Z0-9_'-]*(?:\.(?:[a-zA-Z_][a-zA-Z0-9_'-]*|"[^"$\\]*"))*)\.([a-zA-Z0-9_'-]*)$/;
const pathPattern = /(?:^|[\s([{=,:])((?:\.{0,2}|~)\/[^\s;()[\]{}"]*)$/;
const commandPattern = /^\s*(:\S*)$/;
const filePattern = /^\s*:l\s+(\S*)$/;

/** Completes what is typed in a session: commands, file paths, attributes, variables. */
export class Completer {
  readonly #session: ReplSession;
  readonly #directory: string;
  /** Values don't change between two inputs. */
  readonly #known = new Map<string, readonly string[]>();
  #knownGeneration = -1;

  constructor(session: ReplSession, directory: string) {
    this.#session = session;
    this.#directory = directory;
  }

  /** The completions at the end of `line`. An evaluation that fails offers none. */
  async complete(line: string, signal: AbortSignal): Promise<Completions> {
    const command = commandPattern.exec(line)?.[1];
    if (command !== undefined)
      return startingWith(
        replCommands.map(({ name, argument }) => `:${name}${argument === undefined ? "" : " "}`),
        command,
      );
    const file = filePattern.exec(line)?.[1];
    if (file !== undefined) return completePath(file, this.#directory);
    const path = pathPattern.exec(line)?.[1];
    if (path !== undefined) return completePath(path, this.#directory);
    const [, subject, attribute] = selectionPattern.exec(line) ?? [];
    if (subject !== undefined && attribute !== undefined) {
      const names = await this.#attributeNames(subject, signal);
      return startingWith(names.map(shownName), attribute);
    }
    const word = /[a-zA-Z_][a-zA-Z0-9_'-]*$/.exec(line)?.[0];
    return word === undefined ? nothing : startingWith([...this.#session.variables, ...globals], word);
  }

  async #attributeNames(subject: string, signal: AbortSignal): Promise<readonly string[]> {
    if (this.#knownGeneration !== this.#session.generation) this.#known.clear();
    this.#knownGeneration = this.#session.generation;
    const known = this.#known.get(subject);
    if (known) return known;
    try {
      const names = await this.#session.attributeNames(subject, signal);
      this.#known.set(subject, names);
      return names;
    } catch {
      return [];
    }
  }
}

function shownName(name: string): string {
  return isVariableName(name) ? name : quoteNixString(name);
}
