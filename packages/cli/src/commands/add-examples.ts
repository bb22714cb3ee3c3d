import type { Command } from "commander";

/** Ends a command's help with lines that can be typed as they are, where the files that they name are there. */
export function addExamples(command: Command, ...lines: readonly string[]): Command {
  const title = lines.length === 1 ? "Example:" : "Examples:";
  return command.addHelpText("afterAll", ["", title, ...lines.map((line) => `  ${line}`)].join("\n"));
}
