import type { Command } from "commander";
import { addRuleOptions, type RuleOptions } from "./evaluation-rules.ts";

/** The options that say what files are called with and where they are looked up. */
export interface FileArgumentOptions extends RuleOptions {
  /** As `foldPairs` writes them: also those of --argstr. */
  readonly arg?: readonly string[];
  /** Only what `foldPairs` could not fold. */
  readonly argstr?: readonly string[];
  readonly include?: readonly string[];
  readonly showTrace?: boolean;
}

/** The options that say what is evaluated, and with which arguments. */
export interface ExpressionOptions extends FileArgumentOptions {
  readonly expr?: true;
  readonly attr?: readonly string[];
  readonly warnings?: boolean;
}

function append(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Adds the options of FileArgumentOptions, named as nix-instantiate names them. */
export function addFileArgumentOptions(command: Command): Command {
  return addRuleOptions(command)
    .option("--arg <name> <expression>", "pass an argument to an expression that is a function", append)
    .option("--argstr <name> <string>", "the same for a string", append)
    .option("-I, --include <[prefix=]path>", "add to where <…> is looked up, before NIX_PATH or channels", append)
    .option("--show-trace", "with an error, print what led to it")
    .addOption(command.createOption("--no-show-trace").hideHelp());
}

/** Adds the arguments and options of ExpressionOptions, named as nix-instantiate and nix-build name them. */
export function addExpressionOptions(command: Command): Command {
  command
    .argument("[FILE...]", "files to evaluate, - for standard input; ./default.nix if there is none")
    .option("-E, --expr", "take the arguments as expressions instead of files")
    .option("-A, --attr <path>", "select an attribute; may be repeated", append)
    .option("--warnings", "warn of what looks wrong in the files and expressions themselves, as tvix check does");
  return addFileArgumentOptions(command);
}
