import { encodeUtf8 } from "../json/utf8-validation.ts";
import { carriageReturn, isControl, lineFeed, type TomlCursor } from "./toml-cursor.ts";

const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  '"': '"',
  "\\": "\\",
};

const backslash = 0x5c;
const digitsOfEscape = /u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})/y;
const restOfLine = /[ \t]*\r?\n/y;
const blanksOrLineEnd = /[ \t\n]+|\r\n/y;

/** A backslash at the end of a line takes all blanks and lines behind it away. */
function takeContinuation(cursor: TomlCursor): boolean {
  if (cursor.match(restOfLine) === null) return false;
  while (cursor.match(blanksOrLineEnd) !== null);
  return true;
}

function parseEscape(cursor: TomlCursor, isMultiline: boolean): string {
  const start = cursor.at;
  cursor.at++;
  if (isMultiline && takeContinuation(cursor)) return "";
  const plain = escapes[cursor.text[cursor.at] ?? ""];
  if (plain !== undefined) {
    cursor.at++;
    return plain;
  }
  const digits = cursor.match(digitsOfEscape);
  if (digits === null) cursor.fail("a string has an escape that TOML doesn't know", start);
  const codePoint = Number.parseInt(digits[1] ?? digits[2] ?? "", 16);
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000))
    cursor.fail("a string has an escape that is no character of Unicode", start);
  return encodeUtf8(codePoint);
}

/** A string between quotes of its own line, with the first one as current character. */
export function parseLineString(cursor: TomlCursor): string {
  const start = cursor.at;
  const quote = cursor.code;
  const takesEscapes = cursor.text[start] === '"';
  let parsed = "";
  let from = ++cursor.at;
  for (;;) {
    const code = cursor.code;
    if (cursor.isAtEnd || code === lineFeed) cursor.fail("a string doesn't end in its line", start);
    if (code === quote) break;
    if (isControl(code)) cursor.fail("a string has a control character");
    if (code === backslash && takesEscapes) {
      parsed += cursor.text.slice(from, cursor.at) + parseEscape(cursor, false);
      from = cursor.at;
    } else cursor.at++;
  }
  parsed += cursor.text.slice(from, cursor.at);
  cursor.at++;
  return parsed;
}

/** A string between three quotes, with the first one as current character. */
function parseMultilineString(cursor: TomlCursor): string {
  const start = cursor.at;
  const quote = cursor.text[start] as string;
  cursor.at += 3;
  cursor.takeLineEnd();
  let parsed = "";
  let from = cursor.at;
  for (;;) {
    if (cursor.isAtEnd) cursor.fail("a string has no end", start);
    if (cursor.text.startsWith(quote.repeat(3), cursor.at)) break;
    const code = cursor.code;
    const isLineEnd =
      code === lineFeed || (code === carriageReturn && cursor.text.charCodeAt(cursor.at + 1) === lineFeed);
    if (isControl(code) && !isLineEnd) cursor.fail("a string has a control character");
    if (code === backslash && quote === '"') {
      parsed += cursor.text.slice(from, cursor.at) + parseEscape(cursor, true);
      from = cursor.at;
    } else cursor.at++;
  }
  // Up to two more quotes are the last of the string.
  for (let extra = 0; extra < 2 && cursor.text[cursor.at + 3] === quote; extra++) cursor.at++;
  parsed += cursor.text.slice(from, cursor.at);
  cursor.at += 3;
  return parsed;
}

/** A string of any form, with its first quote as current character. */
export function parseTomlString(cursor: TomlCursor): string {
  const quote = cursor.text[cursor.at] as string;
  return cursor.text.startsWith(quote.repeat(3), cursor.at) ? parseMultilineString(cursor) : parseLineString(cursor);
}
