import { characterClasses, pathPart } from "./character-classes.ts";
import { parseInterpolated } from "./parse-string.ts";
import type { SyntaxCursor } from "./syntax-cursor.ts";
import type { Node, StringNode } from "./syntax-tree.ts";

const interpolationStart = "\u0024{";
/** What is one token of a path: two slashes in a row begin another. */
const onePathPiece = /^(?:[^/]*(?:\/[^/]+)+\/?|[^/]*\/|[^/]+)$/;

export function parsePath(cursor: SyntaxCursor, position: number): Node {
  const lexer = cursor.lexer;
  const text = lexer.text;
  const literal = lexer.slice();
  noticePath(cursor, literal, position);
  const parts: Node[] = [{ kind: "path", position, text: literal }];
  const partPositions = [position];
  let at = lexer.end;
  for (;;) {
    if (text.charCodeAt(at) === 36 && text.charCodeAt(at + 1) === 123) {
      partPositions.push(cursor.source.base + at);
      parts.push(parseInterpolated(cursor, at));
      at = lexer.end;
      continue;
    }
    let end = at;
    while (
      end < text.length &&
      (text.charCodeAt(end) === 47 || ((characterClasses[text.charCodeAt(end)] as number) & pathPart) !== 0)
    ) {
      end++;
    }
    if (end === at) break;
    // Right behind the path itself there can only be the start of an interpolation, perhaps after one more piece.
    if (
      parts.length === 1 &&
      (text.slice(end, end + 2) !== interpolationStart || !onePathPiece.test(text.slice(at, end)))
    ) {
      cursor.fail("syntax error, unexpected string, expecting end of path", cursor.source.base + at);
    }
    partPositions.push(cursor.source.base + at);
    parts.push({ kind: "string", value: text.slice(at, end) });
    at = end;
  }
  if (text.charCodeAt(at - 1) === 47) cursor.fail("path has a trailing slash", cursor.source.base + at);
  lexer.end = at;
  lexer.advance();
  return parts.length === 1 ? (parts[0] as Node) : { kind: "concat", position, isString: false, parts, partPositions };
}

function noticePath(cursor: SyntaxCursor, literal: string, position: number): void {
  const first = literal[0];
  if (first === ".") return;
  const notice = first === "/" ? "absolute-path" : first === "~" ? "home-path" : "short-path";
  cursor.notice(notice, position, literal);
}

export function parseSearchPath(cursor: SyntaxCursor, position: number): Node {
  const name: StringNode = { kind: "string", value: cursor.lexer.slice().slice(1, -1) };
  cursor.lexer.advance();
  const variable = (text: string): Node => ({ kind: "variable", position, name: text, reference: undefined });
  return { kind: "call", position, callee: variable("__findFile"), args: [variable("__nixPath"), name] };
}
