import type { NixErrorKind } from "../values/nix-error.ts";

/**
 * The code of each kind of error. Codes are for ever: one that was given out is never given to anything else. Where Tvix
 * has a code for the same, ours is that; those of 100 and above are our own.
 */
export const errorCodes = {
  throw: "E001",
  abort: "E002",
  assertion: "E003",
  "missing-attribute": "E005",
  type: "E006",
  incomparable: "E007",
  "search-path": "E008",
  "undefined-variable": "E010",
  "undefined-with-variable": "E011",
  "not-callable": "E013",
  "infinite-recursion": "E014",
  parse: "E015",
  "duplicate-attribute": "E016",
  coercion: "E018",
  index: "E019",
  "relative-path": "E020",
  file: "E029",
  json: "E030",
  "unexpected-argument": "E031",
  "division-by-zero": "E033",
  toml: "E035",
  "no-json": "E036",
  "unexpected-context": "E037",
  "hash-algorithm": "E039",
  evaluation: "E100",
  "missing-argument": "E101",
  "stack-overflow": "E102",
  "integer-overflow": "E103",
  restricted: "E104",
  "experimental-feature": "E105",
  "regular-expression": "E106",
  derivation: "E107",
  store: "E108",
  fetch: "E109",
  unsupported: "E110",
  "time-limit": "E120",
  "memory-limit": "E121",
} as const satisfies Readonly<Record<NixErrorKind, string>>;

/** What else can fail, besides the program. */
export const failureCodes = { build: "E130", internal: "E140" } as const;

export type WarningKind =
  | "url-literal"
  | "useless-inherit"
  | "unused-binding"
  | "shadowed-builtin"
  | "legacy-let"
  | "useless-operator"
  | "dead-code"
  | "empty-inherit"
  | "empty-let"
  | "program"
  | "fetch"
  | "unused-argument"
  | "useless-rec"
  | "useless-with"
  | "absolute-path"
  | "short-path";

/** The code of each kind of warning, under the same rule. */
export const warningCodes = {
  "url-literal": "W001",
  "useless-inherit": "W002",
  "unused-binding": "W003",
  "shadowed-builtin": "W004",
  "legacy-let": "W005",
  "useless-operator": "W007",
  "dead-code": "W008",
  "empty-inherit": "W009",
  "empty-let": "W010",
  program: "W100",
  fetch: "W101",
  "unused-argument": "W102",
  "useless-rec": "W103",
  "useless-with": "W104",
  "absolute-path": "W105",
  "short-path": "W106",
} as const satisfies Readonly<Record<WarningKind, string>>;
