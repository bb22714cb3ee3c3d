import { dirname } from "node:path";
import { isVersionInRange, readLanguageCases } from "@tvix-mesh/eval/language-cases";
import type { CommandCase } from "./command-case.ts";

/** The cases of a folder in our format that hold for a version of Nix. */
export function readOurCases(folder: string, version: readonly [number, number]): readonly CommandCase[] {
  const cases = readLanguageCases(folder).filter(({ versions }) => isVersionInRange(version, versions));
  return cases.map(({ category, name, file, lazy, features, expectation }) => ({
    category,
    name,
    words: [
      "--eval",
      ...(lazy ? [] : ["--strict"]),
      ...(features.length > 0 ? ["--extra-experimental-features", features.join(" ")] : []),
      file,
    ],
    directory: dirname(file),
    environment: {},
    stdin: undefined,
    expectation:
      expectation.kind === "prints" ? expectation : { kind: "fails", message: expectation.messageParts.join("\n") },
  }));
}
