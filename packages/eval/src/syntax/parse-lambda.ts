import { checkFormals, parseFormals } from "./parse-formals.ts";
import type { SyntaxCursor } from "./syntax-cursor.ts";
import type { Formal, LambdaNode } from "./syntax-tree.ts";
import { Token, type TokenKind } from "./token.ts";

/** The rest of a function, with its colon as current token. */
export function parseLambda(
  cursor: SyntaxCursor,
  position: number,
  argument: string | undefined,
  formals: Formal[] | undefined,
  hasEllipsis: boolean,
): LambdaNode {
  cursor.lexer.advance();
  if (formals !== undefined) checkFormals(cursor, formals, argument, position);
  const body = cursor.expression();
  return { kind: "lambda", position, argument, formals, hasEllipsis, body, name: "", scope: undefined };
}

/** `{ first, … }: body` behind its brace; `first` is a name that was read already. */
export function parseLambdaWithFormals(
  cursor: SyntaxCursor,
  position: number,
  first: { name: string; at: number } | undefined,
): LambdaNode {
  const { formals, hasEllipsis } = parseFormals(cursor, first);
  return parseAfterFormals(cursor, position, formals, hasEllipsis);
}

/** What follows formals: perhaps `@ argument`, then the colon and the body. */
export function parseAfterFormals(
  cursor: SyntaxCursor,
  position: number,
  formals: Formal[],
  hasEllipsis: boolean,
): LambdaNode {
  const lexer = cursor.lexer;
  let argument: string | undefined;
  if (lexer.kind === Token.at) {
    lexer.advance();
    if ((lexer.kind as TokenKind) !== Token.identifier) cursor.unexpected("identifier");
    argument = lexer.name();
    lexer.advance();
  }
  if (lexer.kind !== Token.colon) cursor.unexpected(argument === undefined ? "':' or '@'" : "':'");
  return parseLambda(cursor, position, argument, formals, hasEllipsis);
}

/** `argument @ { … }: body`, with the `@` as current token. */
export function parseLambdaWithFormalsAfter(cursor: SyntaxCursor, position: number, argument: string): LambdaNode {
  cursor.lexer.advance();
  cursor.expect(Token.leftBrace);
  const { formals, hasEllipsis } = parseFormals(cursor, undefined);
  if (cursor.lexer.kind !== Token.colon) cursor.unexpected("':'");
  return parseLambda(cursor, position, argument, formals, hasEllipsis);
}
