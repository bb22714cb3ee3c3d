import type { Random } from "./random.ts";

const integers = [
  "0",
  "1",
  "2",
  "3",
  "7",
  "(-1)",
  "(-5)",
  "255",
  "007",
  "100000",
  "4294967296",
  "9007199254740993",
  "9223372036854775807",
  "(-9223372036854775807)",
];
const floats = [
  "0.5",
  "1.0",
  "2.5",
  "(-1.5)",
  "1.0e10",
  "1.0e-7",
  "0.1",
  "3.0",
  "123456.789",
  "1.5e300",
  ".5",
  "1.e3",
  "(-0.0)",
  "0.3",
  "9007199254740992.0",
  "1.0e18",
  "5.0e-324",
];
const words = ["a", "b", "ab", "B", "a-b_c", "1.2", "x y", "é", "z'", "/a/b", "10", "9", "true", "", "\t", "./x"];
const pieces = [
  "a",
  "b",
  " ",
  "  ",
  "$",
  "$$",
  "\\n",
  "\\t",
  '\\"',
  "\\\\",
  "\\${",
  "\\x",
  "é",
  "'",
  "''",
  "{",
  "}",
  "#",
];
const indentedPieces = [
  "a",
  "b",
  " ",
  "    ",
  "\t",
  "\n",
  "\n  ",
  "\n    ",
  "\n\n",
  "''$",
  "$$",
  "''\\n",
  "'''",
  "''\\t",
  "$",
  "'x",
  '"',
  "\\",
  "{",
];
const paths = ["/a", "/a/b", "/n", "/a/../b", "/x/y.nix", "/a/./b", "/.", "/a.b/c-d+e", "/."];
const urls = ["x:y", "http://h/p?q=1&r", "a+b:c~d", "mailto:x@y"];

/** A Nix string literal of exactly this text. */
export function quote(text: string): string {
  const escaped = text.replaceAll(/["\\]|\$\{/g, (found) => `\\${found}`);
  return `"${escaped.replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r")}"`;
}

export function integerLiteral(random: Random): string {
  return random.chance(70) ? random.pick(integers) : String(random.below(2000));
}

export function floatLiteral(random: Random): string {
  if (random.chance(60)) return random.pick(floats);
  const exponent = random.chance(40) ? `e${random.pick(["", "+", "-"])}${random.below(24)}` : "";
  return `${random.below(1000)}.${random.below(100_000)}${exponent}`;
}

export function stringLiteral(random: Random): string {
  if (random.chance(50)) return quote(random.pick(words));
  if (random.chance(10)) return random.pick(urls);
  return `"${random.some(5, () => random.pick(pieces)).join("")}"`;
}

/** Text between two pairs of single quotes, often of several lines, perhaps with an interpolation. */
export function indentedString(random: Random, interpolation: () => string): string {
  const text = random
    .some(9, () => (random.chance(15) ? `\${${interpolation()}}` : random.pick(indentedPieces)))
    .join("");
  // A quote before the end would join it.
  const open = /['$]$/.test(text) ? " " : "";
  return `''${random.chance(50) ? "\n  " : ""}${text}${open}''`;
}

export function pathLiteral(random: Random): string {
  return random.pick(paths);
}

export function word(random: Random): string {
  return random.pick(words);
}
