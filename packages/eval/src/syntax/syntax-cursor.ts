import { NixError } from "../values/nix-error.ts";
import { Lexer } from "./lexer.ts";
import type { SourceFile } from "./position-table.ts";
import type { Node } from "./syntax-tree.ts";
import { Token, type TokenKind, tokenNames } from "./token.ts";

/** What the tree of a text doesn't show any more. */
export type SyntaxNotice =
  | "url-literal"
  | "legacy-let"
  | "empty-inherit"
  /** A relative path that doesn't begin with a dot. */
  | "short-path"
  | "absolute-path"
  | "home-path";
/** `text` is the token that the notice is about. */
export type SyntaxObserver = (notice: SyntaxNotice, position: number, text: string) => void;

/** Where the parser is in a source: its lexer, one token ahead, and what complains of the token that is there. */
export class SyntaxCursor {
  readonly source: SourceFile;
  readonly lexer: Lexer;
  /** Parses an expression that starts here. */
  readonly expression: () => Node;
  /** Told of what is allowed but looks wrong. */
  readonly notice: SyntaxObserver;
  readonly describe = (position: number): string => {
    const { line, column } = this.source.locate(position - this.source.base);
    return `${this.source.name}:${line}:${column}`;
  };

  constructor(source: SourceFile, expression: () => Node, notice: SyntaxObserver = () => {}) {
    this.source = source;
    this.lexer = new Lexer(source.text);
    this.expression = expression;
    this.notice = notice;
  }

  here(): number {
    return this.source.base + this.lexer.start;
  }

  fail(message: string, position: number): never {
    throw new NixError("parse", message, position);
  }

  unexpected(expected?: string): never {
    const lexer = this.lexer;
    const name = lexer.kind === Token.other ? `'${lexer.slice()}'` : (tokenNames[lexer.kind] ?? "invalid token");
    const expectation = expected === undefined ? "" : `, expecting ${expected}`;
    this.fail(`syntax error, unexpected ${name}${expectation}`, this.here());
  }

  expect(kind: TokenKind): void {
    if (this.lexer.kind !== kind) this.unexpected(tokenNames[kind]);
    this.lexer.advance();
  }
}
