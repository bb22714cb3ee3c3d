import { newAttributesNode } from "./attribute-merging.ts";
import { parseBindings } from "./parse-bindings.ts";
import type { SyntaxCursor } from "./syntax-cursor.ts";
import type { AttributesNode, SelectNode } from "./syntax-tree.ts";
import { Token } from "./token.ts";

/** A set, with its brace as current token. */
export function parseSet(cursor: SyntaxCursor, position: number): AttributesNode {
  cursor.expect(Token.leftBrace);
  const set = newAttributesNode(position);
  parseBindings(cursor, set, Token.rightBrace);
  return set;
}

/** The same where names of the set are variables in it. */
export function parseRecursiveSet(cursor: SyntaxCursor, position: number): AttributesNode {
  cursor.expect(Token.leftBrace);
  const set = newAttributesNode(position);
  set.isRecursive = true;
  parseBindings(cursor, set, Token.rightBrace);
  return set;
}

/** `let { …; body = …; }`, with the brace as current token. */
export function parseLegacyLet(cursor: SyntaxCursor, position: number): SelectNode {
  if (cursor.lexer.kind === Token.leftBrace) cursor.notice("legacy-let", position, "let");
  const subject = parseRecursiveSet(cursor, position);
  return { kind: "select", position, subject, path: ["body"], fallback: undefined };
}
