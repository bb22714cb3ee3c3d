import type { Command } from "commander";
import type { CheckOptions } from "../check/check.ts";
import { addLintOptions } from "../expression/lint-options.ts";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix check`. */
export function defineCheck(command: Command): void {
  addExamples(command, "tvix check", "tvix check --deny-warnings default.nix lib/");
  addLintOptions(command)
    .argument("[FILE...]", "files, or directories of .nix files, - for standard input; . if there is none")
    .option("--deny-warnings", "end with 1 also if there are only warnings")
    .option("--allow <codes>", "warnings to leave out, between commas")
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { check } = await import("../check/check.ts");
      await check(files, options);
    });
}
