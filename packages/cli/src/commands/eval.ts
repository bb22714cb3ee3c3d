import type { Command } from "commander";
import type { EvaluateOptions } from "../evaluate/evaluate.ts";
import { addExpressionOptions } from "../expression/expression-options.ts";
import { addEvaluatorOptions } from "../services/service-options.ts";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix eval`. The hidden options are those of nix-instantiate that change nothing here. */
export function defineEval(command: Command): void {
  addExamples(
    command,
    "tvix eval -E '1 + 1'",
    "tvix eval --strict --json -E '{ a = [ 1 2.5 ]; }'",
    "tvix eval default.nix -A version --argstr system aarch64-linux",
  );
  addEvaluatorOptions(addExpressionOptions(command))
    .option("--strict", "evaluate lists and sets in depth")
    .option("--json", "print JSON")
    .option("--xml", "print XML")
    .option("--raw", "print the bytes of a string")
    .option("--parse", "print the parsed expression, unevaluated")
    .option("--no-location", "leave positions out of XML")
    .option("--read-only, --readonly-mode", "calculate store paths without storing anything")
    .addOption(command.createOption("--eval").hideHelp())
    .addOption(command.createOption("--eval-only").hideHelp())
    .addOption(command.createOption("--parse-only").hideHelp())
    .addOption(command.createOption("--read-write-mode").hideHelp())
    .action(async (words: readonly string[], options: EvaluateOptions) => {
      const { evaluate } = await import("../evaluate/evaluate.ts");
      await evaluate(words, options);
    });
}
