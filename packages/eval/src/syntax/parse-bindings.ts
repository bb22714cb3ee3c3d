import { addAttribute, addInherited } from "./attribute-merging.ts";
import { nameTable } from "./name-table.ts";
import { parseInterpolated, parseString } from "./parse-string.ts";
import type { SyntaxCursor } from "./syntax-cursor.ts";
import type { AttributeName, AttributesNode, InheritSource, SelectNode, VariableNode } from "./syntax-tree.ts";
import { Token, type TokenKind } from "./token.ts";

/** One component of an attribute path; undefined if none starts here. */
function parseAttributeName(cursor: SyntaxCursor): AttributeName | undefined {
  const lexer = cursor.lexer;
  switch (lexer.kind) {
    case Token.identifier:
    case Token.or: {
      const name = lexer.name();
      lexer.advance();
      return name;
    }
    case Token.quote: {
      const node = parseString(cursor);
      return node.kind === "string" ? nameTable.at(node.value, 0, node.value.length) : node;
    }
    case Token.interpolation: {
      const node = parseInterpolated(cursor, lexer.start);
      lexer.advance();
      return node.kind === "string" ? nameTable.at(node.value, 0, node.value.length) : node;
    }
    default:
      return undefined;
  }
}

export function parseAttributePath(cursor: SyntaxCursor): AttributeName[] {
  const path: AttributeName[] = [];
  for (;;) {
    const name = parseAttributeName(cursor);
    if (name === undefined) cursor.unexpected("identifier or 'or' or '${' or '\"'");
    path.push(name);
    if (cursor.lexer.kind !== Token.dot) return path;
    cursor.lexer.advance();
  }
}

/** Definitions up to `close`, which is consumed. */
export function parseBindings(cursor: SyntaxCursor, set: AttributesNode, close: TokenKind): void {
  const lexer = cursor.lexer;
  while (lexer.kind !== close) {
    if (lexer.kind === Token.inherit) parseInherit(cursor, set);
    else parseBinding(cursor, set, cursor.here(), undefined, close);
  }
  lexer.advance();
}

/** `a.b = value;`; `first` is a name that was read already. */
export function parseBinding(
  cursor: SyntaxCursor,
  set: AttributesNode,
  position: number,
  first: string | undefined,
  close: TokenKind,
): void {
  const lexer = cursor.lexer;
  let path: AttributeName[];
  if (first === undefined) {
    const name = parseAttributeName(cursor);
    if (name === undefined) cursor.unexpected(close === Token.in ? "'in' or 'inherit' or identifier" : undefined);
    path = [name];
  } else path = [first];
  if (lexer.kind === Token.dot) {
    lexer.advance();
    path.push(...parseAttributePath(cursor));
  }
  if (lexer.kind !== Token.assign) cursor.unexpected(path.length === 1 ? "'.' or '='" : "'='");
  lexer.advance();
  const value = cursor.expression();
  cursor.expect(Token.semicolon);
  addAttribute(set, path, value, position, cursor.describe);
}

function parseInherit(cursor: SyntaxCursor, set: AttributesNode): void {
  const lexer = cursor.lexer;
  const start = cursor.here();
  let count = 0;
  lexer.advance();
  let source: InheritSource | undefined;
  if (lexer.kind === Token.leftParenthesis) {
    lexer.advance();
    source = { kind: "inherit-source", expression: cursor.expression(), reference: undefined };
    cursor.expect(Token.rightParenthesis);
    set.sources.push(source);
  }
  while ((lexer.kind as TokenKind) !== Token.semicolon) {
    const position = cursor.here();
    const name = parseAttributeName(cursor);
    if (name === undefined) cursor.unexpected("';'");
    if (typeof name !== "string") cursor.fail("dynamic attributes not allowed in inherit", position);
    count++;
    if (source === undefined) {
      const value: VariableNode = { kind: "variable", position, name, reference: undefined };
      addInherited(set, name, { kind: "inherited", position, value }, cursor.describe);
    } else {
      const value: SelectNode = { kind: "select", position, subject: source, path: [name], fallback: undefined };
      addInherited(set, name, { kind: "inherited-from", position, source, value }, cursor.describe);
    }
  }
  if (count === 0) cursor.notice("empty-inherit", start, "inherit");
  lexer.advance();
}
