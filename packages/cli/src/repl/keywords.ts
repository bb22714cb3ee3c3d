const keywords: ReadonlySet<string> = new Set([
  "assert",
  "else",
  "if",
  "in",
  "inherit",
  "let",
  "or",
  "rec",
  "then",
  "with",
]);

/** Whether a name can be a variable. */
export function isVariableName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_'-]*$/.test(name) && !keywords.has(name);
}

/** The keywords with which an expression or a part of one begins. */
export const keywordList: readonly string[] = [...keywords].filter((keyword) => keyword !== "or");
