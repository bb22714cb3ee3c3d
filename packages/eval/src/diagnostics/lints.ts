import type { SyntaxNotice, SyntaxObserver } from "../syntax/syntax-cursor.ts";
import { NixError } from "../values/nix-error.ts";
import type { WarningKind } from "./codes.ts";

export type LintLevel = "ignore" | "warn" | "fatal";

/** What is said of literals that are discouraged, by Nix's settings `lint-…`; undefined is `ignore`. */
export interface Lints {
  readonly urlLiterals?: LintLevel | undefined;
  readonly shortPathLiterals?: LintLevel | undefined;
  readonly absolutePathLiterals?: LintLevel | undefined;
}

interface LintRule {
  readonly lint: keyof Lints;
  readonly setting: string;
  readonly kind: WarningKind;
  message(literal: string, level: LintLevel): string;
}

const notPortable = (what: string, literal: string) =>
  `${what} path literals are not portable. Consider replacing path literal '${literal}' by a string, relative path, or parameter`;

const rules: Readonly<Partial<Record<SyntaxNotice, LintRule>>> = {
  "url-literal": {
    lint: "urlLiterals",
    setting: "lint-url-literals",
    kind: "url-literal",
    message: (literal, level) =>
      `URL literals are ${level === "fatal" ? "disallowed" : "discouraged"}. Consider using a string literal "${literal}" instead`,
  },
  "short-path": {
    lint: "shortPathLiterals",
    setting: "lint-short-path-literals",
    kind: "short-path",
    message: (literal) => `relative path literal '${literal}' should be prefixed with '.' for clarity: './${literal}'`,
  },
  "absolute-path": {
    lint: "absolutePathLiterals",
    setting: "lint-absolute-path-literals",
    kind: "absolute-path",
    message: (literal) => notPortable("absolute", literal),
  },
  "home-path": {
    lint: "absolutePathLiterals",
    setting: "lint-absolute-path-literals",
    kind: "absolute-path",
    message: (literal) => notPortable("home", literal),
  },
};

/** A word that is the same for lints that say the same; empty if they say nothing. */
export function lintsKey({ urlLiterals, shortPathLiterals, absolutePathLiterals }: Lints): string {
  const levels = [urlLiterals, shortPathLiterals, absolutePathLiterals].map((level = "ignore") => level);
  return levels.every((level) => level === "ignore") ? "" : levels.join();
}

/** An observer of a parser that tells of what the lints warn of, and throws a NixError for what is fatal. */
export function createLinter(
  lints: Lints,
  warn: (kind: WarningKind, message: string, position: number) => void,
): SyntaxObserver {
  return (notice, position, literal) => {
    const rule = rules[notice];
    const level = rule && lints[rule.lint];
    if (!rule || !level || level === "ignore") return;
    const message = `${rule.message(literal, level)} (${rule.setting})`;
    if (level === "fatal") throw new NixError("parse", message, position);
    warn(rule.kind, message, position);
  };
}
