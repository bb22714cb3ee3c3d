import type { Random } from "./random.ts";

const regexAtoms = [
  "a",
  "b",
  "ab",
  ".",
  "[ab]",
  "[^a]",
  "[a-c]",
  "[[:digit:]]",
  "[[:alpha:]_]",
  "\\.",
  "-",
  "x",
  "1",
  "é",
];
const brokenRegexes = [
  "(",
  "*a",
  "a{2",
  "[",
  "a**",
  "\\",
  ")",
  "a{2,1}",
  "[b-a]",
  "[[:nope:]]",
  "a|*",
  "+",
  "{1}",
  "\\d",
];
const quantifiers = ["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "{0}"];
const subjectPieces = ["a", "b", "ab", "aab", "-", ".", "x", "1", "12", "é", "\n", " ", "A", "_"];
const versionPieces = [
  "1",
  "2",
  "10",
  "010",
  ".",
  ".",
  "-",
  "pre",
  "a",
  "rc",
  "hello",
  "x86_64",
  "..",
  "99999999999",
  "é",
];
const jsonLeaves = [
  "1",
  "-0",
  "2.5",
  "1e3",
  "-1E-2",
  "true",
  "null",
  '"x"',
  '"\\u00e9\\n"',
  '"\\ud83d\\ude00"',
  "[]",
  "{}",
  "0.1",
];
const brokenJson = [
  "[",
  "01",
  "+1",
  "nul",
  '"\\x"',
  '{"a"}',
  "[1,]",
  "'a'",
  "",
  "1 2",
  ".5",
  "1.",
  '"\t"',
  "NaN",
  '"\\ud800"',
];
const tomlValues = [
  "1",
  "-7",
  "+3",
  "0xff",
  "0o17",
  "0b101",
  "1_000",
  "1.5",
  "-1e3",
  "inf",
  "true",
  '"x\\ty"',
  "'l\\n'",
  "[1, 2]",
  "[ [1], ['a'] ]",
  "{ a = 1, b.c = 2 }",
  "[]",
  '"""\nx\n  y"""',
  "'''z'''",
  '"\\u00e9"',
];
const tomlLines = [
  "[t]",
  "[t.u]",
  "[[l]]",
  "[t]",
  "# c",
  "a",
  "= 1",
  "[",
  "a = ",
  '"q r" = 1',
  "a.b = 2",
  "'' = 1",
  "0 = 1",
];

/** A POSIX extended regular expression, now and then one that isn't. */
export function regex(random: Random, depth = 3): string {
  if (depth === 3 && random.chance(6)) return random.pick(brokenRegexes);
  switch (random.below(depth <= 0 ? 1 : 7)) {
    case 0:
      return random.pick(regexAtoms);
    case 1:
    case 2:
      return `(${regex(random, depth - 1)})`;
    case 3:
      return `(${regex(random, depth - 1)}|${random.chance(15) ? "" : regex(random, depth - 1)})`;
    case 4: {
      const inner = regex(random, depth - 1);
      return `${inner.length > 1 && !/^[([][^([\])]*[\])]$/.test(inner) ? `(${inner})` : inner}${random.pick(quantifiers)}`;
    }
    default:
      return `${regex(random, depth - 1)}${regex(random, depth - 1)}`;
  }
}

export function subject(random: Random): string {
  return random.some(7, () => random.pick(subjectPieces)).join("");
}

export function version(random: Random): string {
  return random.some(8, () => random.pick(versionPieces)).join("");
}

export function jsonText(random: Random, depth = 3): string {
  if (random.chance(4)) return random.pick(brokenJson);
  const blank = (): string => (random.chance(15) ? random.pick([" ", "\n", "\t", "  "]) : "");
  const inner = (): string => `${blank()}${jsonText(random, depth - 1)}${blank()}`;
  const name = (): string => random.pick(['"a"', '"b"', '""', '"x y"', '"\\u0061"', '"10"']);
  switch (depth <= 0 ? 0 : random.below(3)) {
    case 0:
      return random.pick(jsonLeaves);
    case 1:
      return `[${random.some(4, inner).join(",")}]`;
    default:
      return `{${random.some(4, () => `${blank()}${name()}${blank()}:${inner()}`).join(",")}}`;
  }
}

export function tomlText(random: Random): string {
  const key = (): string => random.pick(["a", "b", "c", "d.e", "d.f", '"g h"', "'i'", "j-k_l", "1"]);
  const line = (): string =>
    random.chance(25)
      ? random.pick(tomlLines)
      : `${key()}${random.pick([" = ", "=", "\t= "])}${random.pick(tomlValues)}`;
  return random.some(6, line).join("\n");
}
