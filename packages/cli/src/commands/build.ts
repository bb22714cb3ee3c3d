import type { Command } from "commander";
import type { BuildOptions } from "../build/build.ts";
import { addExpressionOptions } from "../expression/expression-options.ts";
import { addEvaluatorOptions } from "../services/service-options.ts";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix build`. */
export function defineBuild(command: Command): void {
  addExamples(
    command,
    "tvix build",
    "tvix build default.nix -A hello --arg debug true",
    "tvix store copy $(tvix build -A site) ./site",
  );
  addEvaluatorOptions(addExpressionOptions(command))
    .option("--json", "print the derivations and their outputs as JSON, as nix build --json does")
    .option("-Q, --no-build-output", "print no builder's log, but its end if it fails")
    .addOption(command.createOption("--no-out-link").hideHelp())
    .action(async (words: readonly string[], options: BuildOptions) => {
      const { build } = await import("../build/build.ts");
      await build(words, options);
    });
}
