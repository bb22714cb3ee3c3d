import type { Command } from "commander";
import { addFileArgumentOptions } from "../expression/expression-options.ts";
import type { ReplOptions } from "../repl/repl.ts";
import { addEvaluatorOptions } from "../services/service-options.ts";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix repl`. */
export function defineRepl(command: Command): void {
  addExamples(command, "tvix repl", "tvix repl lib.nix", "echo '1 + 1' | tvix repl");
  addEvaluatorOptions(addFileArgumentOptions(command.argument("[FILE...]", "files to load, as :l does")))
    .addHelpText("after", "\nWithout a terminal it reads a script, and ends with 1 if an input of it fails.")
    .action(async (files: readonly string[], options: ReplOptions) => {
      const { repl } = await import("../repl/repl.ts");
      await repl(files, options);
    });
}
