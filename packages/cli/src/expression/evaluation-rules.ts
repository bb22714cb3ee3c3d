import { wholeNumber } from "@tvix-mesh/service/option-values";
import { type Command, InvalidArgumentError } from "commander";
import { addLintOptions, type LintOptions, readLints } from "./lint-options.ts";

/** The options that say what evaluations may see, how deep they may go, and what literals they may have. */
export interface RuleOptions extends LintOptions {
  readonly pureEval?: boolean;
  readonly restrictEval?: boolean;
  /** URIs between blanks. */
  readonly allowedUris?: string;
  readonly maxCallDepth?: number;
}

/** `expandSettings` leaves only those that lack a word. */
function refusePair(): never {
  throw new InvalidArgumentError("expected a name and a value.");
}

/** Adds the options of RuleOptions, named as Nix's settings. */
export function addRuleOptions(command: Command): Command {
  return addLintOptions(command)
    .option("--pure-eval", "see and fetch only what can never change: no files, environment, search path, time, system")
    .option("--restrict-eval", "see only the files below the search path, and fetch only from --allowed-uris")
    .option("--allowed-uris <uris>", "what --restrict-eval leaves, with everything below it; between blanks")
    .option(
      "--max-call-depth <number>",
      "calls within calls (default: 10000, or as many as the evaluator allows)",
      wholeNumber(1, 2 ** 32 - 1),
    )
    .option(
      "--option <name> <value>",
      "set what is an option here by the name of Nix's setting; others change nothing",
      refusePair,
    )
    .addOption(command.createOption("--impure").hideHelp());
}

/** What a request says of its rules. */
export function readRules(options: RuleOptions) {
  const { pureEval = false, restrictEval = false, allowedUris = "", maxCallDepth = 0 } = options;
  const uris = allowedUris.split(/\s+/).filter((uri) => uri !== "");
  return {
    access: { pure: pureEval, restricted: restrictEval, allowedUris: uris },
    limits: { callDepth: maxCallDepth },
    lints: readLints(options),
  };
}
