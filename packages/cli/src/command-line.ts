import process from "node:process";
import { Command } from "commander";
import { foldPairs } from "./fold-pairs.ts";
import { expandSettings } from "./nix-settings.ts";
import { areReadable } from "./readable-words.ts";
import { version } from "./version.ts";

/** A subcommand; its options are read from their module only when they are needed. */
interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Adds arguments, options and action. */
  load(): Promise<(command: Command) => unknown>;
}

const entries: readonly CommandEntry[] = [
  {
    name: "eval",
    summary: "evaluate expressions and print their values, as nix-instantiate --eval does",
    load: async () => (await import("./commands/eval.ts")).defineEval,
  },
  {
    name: "repl",
    summary: "evaluate what is typed, input by input, as nix repl does",
    load: async () => (await import("./commands/repl.ts")).defineRepl,
  },
  {
    name: "build",
    summary: "build the derivations of expressions and print their store paths",
    load: async () => (await import("./commands/build.ts")).defineBuild,
  },
  {
    name: "check",
    summary: "tell what is wrong, or looks wrong, in files, without evaluating them",
    load: async () => (await import("./commands/check.ts")).defineCheck,
  },
  {
    name: "explain",
    summary: "explain the code of an error or a warning",
    load: async () => (await import("./commands/explain.ts")).defineExplain,
  },
  {
    name: "store",
    summary: "put paths into the store, list them, read them",
    load: async () => (await import("./commands/store.ts")).defineStore,
  },
  {
    name: "up",
    summary: "run all daemons on this machine until Ctrl-C",
    load: async () => (await import("./commands/up.ts")).defineUp,
  },
  {
    name: "health",
    summary: "ask daemons whether they serve",
    load: async () => (await import("./commands/health.ts")).defineHealth,
  },
  {
    name: "trace",
    summary: "print a trace that tvix up has collected, as a tree",
    load: async () => (await import("./commands/trace.ts")).defineTrace,
  },
];

const completionSummary = "print a completion script for a shell";

/** The commands that a command line needs in full: the one it calls, or all, to explain or complete any of them. */
function neededEntries(words: readonly string[]): readonly CommandEntry[] {
  const called = words.find((word) => !word.startsWith("-"));
  if (called === "help" || called === "complete" || called === "completion") return entries;
  return entries.filter((entry) => entry.name === called);
}

async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("tvix")
    .description(
      "Evaluates Nix expressions, builds what they describe and keeps the results, alone or over a mesh of daemons.",
    )
    .version(version)
    // Lists of commands are lists of names; each command's own help has its arguments.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(tvix help COMMAND explains a command)");
  const needed = neededEntries(words);
  for (const entry of entries) {
    const command = program.command(entry.name).description(entry.summary);
    if (needed.includes(entry)) (await entry.load())(command);
  }
  const isExplaining = needed.length === entries.length;
  if (isExplaining) (await import("./commands/completion.ts")).defineCompletion(program, completionSummary);
  else program.command("completion").description(completionSummary);
  return program;
}

/** Runs the command that the words after `tvix` name. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  if (!areReadable(words)) {
    const { printError } = await import("./print-error.ts");
    printError(new Error("Cannot run: the command line has bytes that are not UTF-8; files may hold them"));
    process.exitCode = 1;
    return;
  }
  const program = await createProgram(words);
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(expandSettings(foldPairs(words)), { from: "user" });
  process.exitCode ??= 0;
}
