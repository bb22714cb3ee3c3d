import type { Random } from "./random.ts";

const strayTokens = [
  ..."(){}[];:=.,@?+-*/\\!<>&|#$'\"~",
  "${",
  "''",
  "rec",
  "let",
  "in",
  "inherit",
  "or",
  "//",
  "->",
  "...",
  "a",
  "1",
  "1.",
  ".5",
  "./a",
  "<a>",
  "~/a",
  "x:y",
  "/**/",
  "/*",
  "# c\n",
  "\r\n",
  "with",
  "assert",
  "if",
  "then",
  "else",
  "|>",
];

/** A program with a token or two lost, doubled, swapped or replaced: most are wrong, some mean something else. */
export function mangle(program: string, random: Random): string {
  const tokens = program.match(/[A-Za-z_][A-Za-z0-9_'-]*|[0-9.]+|''|\$\{|[=<>!&|+/-]{2}|\.\.\.|\s+|./gsu) ?? [];
  for (let count = 1 + random.below(2); count > 0; count--) {
    const index = random.below(tokens.length);
    const token = tokens[index] ?? "";
    tokens[index] = random.pick([
      "",
      `${token}${token}`,
      `${tokens[index + 1] ?? ""}${token}`,
      random.pick(strayTokens),
    ]);
  }
  return tokens.join("");
}
