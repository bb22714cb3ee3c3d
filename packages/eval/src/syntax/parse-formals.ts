import type { SyntaxCursor } from "./syntax-cursor.ts";
import type { Formal, Node } from "./syntax-tree.ts";
import { Token, type TokenKind } from "./token.ts";

/** Formals up to and with the closing brace. */
export function parseFormals(
  cursor: SyntaxCursor,
  first: { name: string; at: number } | undefined,
): { formals: Formal[]; hasEllipsis: boolean } {
  const lexer = cursor.lexer;
  const formals: Formal[] = [];
  let pending = first;
  let hasEllipsis = false;
  while (pending !== undefined || lexer.kind !== Token.rightBrace) {
    if (pending === undefined && lexer.kind === Token.ellipsis) {
      lexer.advance();
      hasEllipsis = true;
      if ((lexer.kind as TokenKind) !== Token.rightBrace) cursor.unexpected("'}'");
      break;
    }
    let formal: { name: string; at: number };
    if (pending === undefined) {
      if (lexer.kind !== Token.identifier) cursor.unexpected("identifier or '...'");
      formal = { name: lexer.name(), at: cursor.here() };
      lexer.advance();
    } else {
      formal = pending;
      pending = undefined;
    }
    let fallback: Node | undefined;
    if (lexer.kind === Token.question) {
      lexer.advance();
      fallback = cursor.expression();
    }
    formals.push({ name: formal.name, position: formal.at, fallback });
    if (lexer.kind === Token.comma) lexer.advance();
    else if (lexer.kind !== Token.rightBrace) cursor.unexpected("',' or '}'");
  }
  lexer.advance();
  return { formals, hasEllipsis };
}

export function checkFormals(
  cursor: SyntaxCursor,
  formals: Formal[],
  argument: string | undefined,
  position: number,
): void {
  const seen = new Set<string>();
  for (const formal of formals) {
    if (seen.has(formal.name)) {
      cursor.fail(`duplicate formal function argument '${formal.name}'`, formal.position);
    }
    seen.add(formal.name);
  }
  if (argument !== undefined && seen.has(argument)) {
    cursor.fail(`duplicate formal function argument '${argument}'`, position);
  }
  formals.sort((left, right) => (left.name < right.name ? -1 : 1));
}
