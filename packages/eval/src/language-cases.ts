import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Versions of Nix, as [major, minor]; without `last` every later one. */
export interface VersionRange {
  readonly first: readonly [number, number];
  readonly last: readonly [number, number] | undefined;
}

/** What an evaluation must do: print exactly this, or fail with a message that holds all of these. */
export type LanguageExpectation =
  | { readonly kind: "prints"; readonly output: string }
  | { readonly kind: "fails"; readonly messageParts: readonly string[] };

/**
 * A program of the language and what must come of it. The file begins with comment lines: `category`, `checks` (what it is
 * about), `versions` (of Nix for which it holds: `2.3+` or `2.3-2.19`) and perhaps `flags` (`lazy`, `store`) and `features`
 * (experimental ones that it needs). The expectation lies beside it: `.exp` is the output of `nix-instantiate --eval --strict`, `.err` has a part of the error message in each line.
 */
export interface LanguageCase {
  readonly category: string;
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly checks: string;
  readonly versions: VersionRange;
  /** Experimental features that must be on, by Nix's names. */
  readonly features: readonly string[];
  /** Evaluate to the outermost constructor only: no `--strict`. */
  readonly lazy: boolean;
  /** Needs built-ins that write to a store. */
  readonly needsStore: boolean;
  readonly expectation: LanguageExpectation;
}

export const languageCasesDirectory = join(import.meta.dirname, "..", "lang-tests");

export function isVersionInRange([major, minor]: readonly [number, number], { first, last }: VersionRange): boolean {
  const order = (left: readonly [number, number]): number => left[0] * 1_000_000 + left[1];
  const version = order([major, minor]);
  return version >= order(first) && (last === undefined || version <= order(last));
}

/** Every case, by category and name. Throws if one has no or two expectations, or a header that isn't understood. */
export function readLanguageCases(directory = languageCasesDirectory): LanguageCase[] {
  const categories = readdirSync(directory).toSorted();
  return categories.flatMap((category) => {
    const files = readdirSync(join(directory, category)).toSorted();
    return files.filter((file) => file.endsWith(".nix")).map((file) => readCase(directory, category, file, files));
  });
}

function readCase(directory: string, category: string, fileName: string, files: readonly string[]): LanguageCase {
  const file = join(directory, category, fileName);
  const name = fileName.slice(0, -".nix".length);
  const fields = readHeader(readFileSync(file, "utf8"));
  if (fields.get("category") !== category) throw new Error(`Cannot read case ${file}: its category isn't ${category}`);
  const prints = files.includes(`${name}.exp`);
  if (prints === files.includes(`${name}.err`))
    throw new Error(`Cannot read case ${file}: it needs either ${name}.exp or ${name}.err`);
  const expected = readFileSync(join(directory, category, `${name}.${prints ? "exp" : "err"}`), "utf8");
  const words = (field: string): string[] => (fields.get(field) ?? "").split(" ").filter((word) => word !== "");
  const flags = words("flags");
  return {
    category,
    name,
    file,
    checks: fields.get("checks") ?? "",
    versions: parseVersions(fields.get("versions") ?? "", file),
    features: words("features"),
    lazy: flags.includes("lazy"),
    needsStore: flags.includes("store"),
    expectation: prints
      ? { kind: "prints", output: expected }
      : { kind: "fails", messageParts: expected.split("\n").filter((part) => part !== "") },
  };
}

function readHeader(source: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of source.split("\n")) {
    const field = /^# (category|checks|versions|flags|features): (.*)$/.exec(line);
    if (field?.[1] === undefined || field[2] === undefined) break;
    fields.set(field[1], field[2]);
  }
  return fields;
}

function parseVersions(text: string, file: string): VersionRange {
  const parts = /^([0-9]+)\.([0-9]+)(?:\+|-([0-9]+)\.([0-9]+))$/.exec(text);
  if (parts === null) throw new Error(`Cannot read case ${file}: versions '${text}' are neither 2.3+ nor 2.3-2.19`);
  const [, major, minor, lastMajor, lastMinor] = parts;
  return {
    first: [Number(major), Number(minor)],
    last: lastMajor === undefined ? undefined : [Number(lastMajor), Number(lastMinor)],
  };
}
