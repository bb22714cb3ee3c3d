import type { Expression_Lints_Level } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { Command } from "commander";

/** As numbers, because the generated code is too slow to load for them alone. */
const levels = { ignore: 1, warn: 2, fatal: 3 } as const satisfies Record<string, Expression_Lints_Level>;

type LintLevel = keyof typeof levels;

/** The options that say what is said of discouraged literals. */
export interface LintOptions {
  readonly lintUrlLiterals?: LintLevel;
  readonly lintShortPathLiterals?: LintLevel;
  readonly lintAbsolutePathLiterals?: LintLevel;
}

/** Adds the options of LintOptions, named as Nix's settings. */
export function addLintOptions(command: Command): Command {
  const descriptions = {
    "lint-url-literals": "URLs without quotes",
    "lint-short-path-literals": "relative paths that don't begin with a dot",
    "lint-absolute-path-literals": "paths that begin with / or ~/",
  };
  for (const [name, what] of Object.entries(descriptions))
    command.addOption(command.createOption(`--${name} <level>`, `${what}, in all files`).choices(Object.keys(levels)));
  return command;
}

/** What a request says of its lints. */
export function readLints({ lintUrlLiterals, lintShortPathLiterals, lintAbsolutePathLiterals }: LintOptions) {
  const level = (asked: LintLevel | undefined) => (asked === undefined ? 0 : levels[asked]);
  return {
    urlLiterals: level(lintUrlLiterals),
    shortPathLiterals: level(lintShortPathLiterals),
    absolutePathLiterals: level(lintAbsolutePathLiterals),
  };
}
