import { normalizeInteger } from "../values/value.ts";
import type { SyntaxCursor } from "./syntax-cursor.ts";
import type { Node } from "./syntax-tree.ts";

/** What lies below loses digits, which strtod reports and Nix refuses. */
const smallestNormalFloat = 2 ** -1022;

export function parseInteger(cursor: SyntaxCursor, position: number): Node {
  const text = cursor.lexer.slice();
  cursor.lexer.advance();
  if (text.length <= 15) return { kind: "integer", value: Number(text) };
  const value = BigInt(text);
  if (value > 9223372036854775807n) cursor.fail(`invalid integer '${text}'`, position);
  return { kind: "integer", value: normalizeInteger(value) };
}

export function parseFloatingPoint(cursor: SyntaxCursor, position: number): Node {
  const text = cursor.lexer.slice();
  cursor.lexer.advance();
  const value = Number(text);
  const isTooSmall = Math.abs(value) < smallestNormalFloat && /^[0.]*[1-9]/.test(text);
  if (!Number.isFinite(value) || isTooSmall) cursor.fail(`invalid float '${text}'`, position);
  return { kind: "float", value };
}
