import type { TomlCursor } from "./toml-cursor.ts";

const word = /[0-9A-Za-z+\-_.]+/y;
const decimal = /^[+-]?(?:0|[1-9](?:_?\d)*)$/;
const based = /^0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/;
const float = /^[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?$/;
/** Longer ones are for nobody, and would take long. */
const maxWordLength = 10_000;
const special = /^([+-])?(inf|nan)$/;

/** A Boolean, an integer (as bigint) or a float (as number). */
export function parseTomlWord(cursor: TomlCursor): boolean | bigint | number {
  const start = cursor.at;
  const text = cursor.match(word)?.[0];
  if (text === undefined) return cursor.fail("expected a value", start);
  if (text.length > maxWordLength) cursor.fail(`a value of ${text.length} digits is too long`, start);
  if (text === "true" || text === "false") return text === "true";
  const digits = text.replaceAll("_", "");
  if (decimal.test(text) || based.test(text)) {
    const value = text.startsWith("-") ? -BigInt(digits.slice(1)) : BigInt(digits.replace("+", ""));
    if (value !== BigInt.asIntN(64, value)) cursor.fail(`integer ${text} is out of range`, start);
    return value;
  }
  if (float.test(text)) return Number(digits);
  const [, sign, name] = special.exec(text) ?? [];
  if (name === "nan") return Number.NaN;
  if (name === "inf") return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return cursor.fail(`'${text}' is no value`, start);
}
