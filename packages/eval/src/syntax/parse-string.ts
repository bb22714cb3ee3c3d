import { encodeByteString } from "../values/byte-string.ts";
import { type IndentedPart, stripIndentation } from "./indented-string.ts";
import { indentedContentStart, readIndentedChunk, readStringChunk } from "./string-reader.ts";
import type { SyntaxCursor } from "./syntax-cursor.ts";
import type { Node } from "./syntax-tree.ts";
import { Token } from "./token.ts";

/** The expression of an interpolation whose `${` starts at `at`. The lexer ends up behind the brace. */
export function parseInterpolated(cursor: SyntaxCursor, at: number): Node {
  const lexer = cursor.lexer;
  lexer.end = at + 2;
  lexer.advance();
  const node = cursor.expression();
  if (lexer.kind !== Token.rightBrace) cursor.unexpected("'}'");
  return node;
}

function checkNoNul(cursor: SyntaxCursor, text: string, position: number): void {
  if (!text.includes("\0")) return;
  const shown = text.replaceAll("\0", encodeByteString("␀"));
  cursor.fail(`input string '${shown}' cannot be represented as Nix string because it contains null bytes`, position);
}

function unterminated(cursor: SyntaxCursor): never {
  cursor.lexer.end = cursor.source.text.length;
  cursor.lexer.advance();
  return cursor.unexpected();
}

/** One string node for plain text; else a concatenation, which keeps even a single interpolation. */
function joinStringParts(parts: readonly Node[], partPositions: readonly number[], position: number): Node {
  const [first] = parts;
  if (first === undefined) return { kind: "string", value: "" };
  // Plain text starts where the string does; an interpolation is further in.
  if (parts.length === 1 && first.kind === "string" && partPositions[0] === position) return first;
  return { kind: "concat", position, isString: true, parts, partPositions };
}

export function parseString(cursor: SyntaxCursor): Node {
  const lexer = cursor.lexer;
  const position = cursor.here();
  const parts: Node[] = [];
  const partPositions: number[] = [];
  let at = lexer.end;
  for (;;) {
    const chunk = readStringChunk(lexer.text, at);
    checkNoNul(cursor, chunk.text, position);
    if (chunk.text !== "") {
      parts.push({ kind: "string", value: chunk.text });
      partPositions.push(position);
    }
    if (chunk.stop === "end of file") unterminated(cursor);
    if (chunk.stop === "close") {
      lexer.end = chunk.end + 1;
      lexer.advance();
      return joinStringParts(parts, partPositions, position);
    }
    partPositions.push(cursor.source.base + chunk.end);
    parts.push(parseInterpolated(cursor, chunk.end));
    at = lexer.end;
  }
}

export function parseIndentedString(cursor: SyntaxCursor): Node {
  const lexer = cursor.lexer;
  const position = cursor.here();
  const parts: IndentedPart[] = [];
  let at = indentedContentStart(lexer.text, lexer.end);
  for (;;) {
    const chunk = readIndentedChunk(lexer.text, at);
    for (const piece of chunk.pieces) {
      checkNoNul(cursor, piece.text, position);
      parts.push({ ...piece, position });
    }
    if (chunk.stop === "end of file") unterminated(cursor);
    if (chunk.stop === "close") {
      lexer.end = chunk.end + 2;
      lexer.advance();
      const stripped = stripIndentation(parts);
      const [only] = stripped;
      if (stripped.length === 1 && only?.node.kind === "string") return only.node;
      return joinStringParts(
        stripped.map((part) => part.node),
        stripped.map((part) => part.position),
        position,
      );
    }
    parts.push({ node: parseInterpolated(cursor, chunk.end), position: cursor.source.base + chunk.end });
    at = lexer.end;
  }
}
