import { dirname, join } from "node:path";
import { isVersionInRange, readLanguageCases } from "@tvix-mesh/eval/language-cases";
import type { CommandCase } from "./command-case.ts";

export interface OurCases {
  readonly cases: readonly CommandCase[];
  /** How many more there are, for other versions of Nix. */
  readonly leftOut: number;
}

/** The cases of a folder in our format that hold for a version of Nix. What `tvix` keeps, it keeps below `directory`. */
export function readOurCases(folder: string, version: readonly [number, number], directory: string): OurCases {
  const environment = { XDG_DATA_HOME: join(directory, "data"), XDG_CACHE_HOME: join(directory, "cache") };
  const all = readLanguageCases(folder);
  const fitting = all.filter(({ versions }) => isVersionInRange(version, versions));
  const cases = fitting.map(
    ({ category, name, file, lazy, features, expectation }): CommandCase => ({
      category,
      name,
      words: [
        "--eval",
        ...(lazy ? [] : ["--strict"]),
        ...(features.length > 0 ? ["--extra-experimental-features", features.join(" ")] : []),
        file,
      ],
      directory: dirname(file),
      environment,
      stdin: undefined,
      expectation:
        expectation.kind === "prints" ? expectation : { kind: "fails", message: expectation.messageParts.join("\n") },
    }),
  );
  return { cases, leftOut: all.length - cases.length };
}
