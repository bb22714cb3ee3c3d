import { limitExceeded } from "../values/limit-exceeded.ts";
import { newAttributesNode } from "./attribute-merging.ts";
import { type Infix, infixByToken, precedenceOfNegation, precedenceOfNot } from "./infix-operators.ts";
import { makeCall, numeric, variableOrPosition } from "./make-node.ts";
import { parseAttributePath, parseBinding, parseBindings } from "./parse-bindings.ts";
import { parseAfterFormals, parseLambda, parseLambdaWithFormals, parseLambdaWithFormalsAfter } from "./parse-lambda.ts";
import { parseFloatingPoint, parseInteger } from "./parse-number.ts";
import { parsePath, parseSearchPath } from "./parse-path.ts";
import { parseLegacyLet, parseRecursiveSet, parseSet } from "./parse-set.ts";
import { parseIndentedString, parseString } from "./parse-string.ts";
import type { SourceFile } from "./position-table.ts";
import { SyntaxCursor, type SyntaxObserver } from "./syntax-cursor.ts";
import type { Node, NumericOperator, PlainOperator, VariableNode } from "./syntax-tree.ts";
import { Token, type TokenKind } from "./token.ts";

export interface ParserFeatures {
  readonly pipeOperators: boolean;
  /** Called every few thousand expressions of a long text, with a position; may throw. */
  readonly look?: (position: number) => void;
  readonly notice?: SyntaxObserver | undefined;
}

const expressionsBetweenLooks = 16_384;

/** Parses one expression. Throws a NixError of kind `parse`. */
export function parse(source: SourceFile, features: ParserFeatures = { pipeOperators: false }): Node {
  return new Parser(source, features).parseFile();
}

/** Recursive descent for what starts with a keyword, operator precedence for the rest, one token ahead. */
class Parser {
  readonly #cursor: SyntaxCursor;
  readonly #features: ParserFeatures;
  #expressionsUntilLook = expressionsBetweenLooks;

  constructor(source: SourceFile, features: ParserFeatures) {
    this.#cursor = new SyntaxCursor(source, () => this.#expression(), features.notice);
    this.#features = features;
  }

  parseFile(): Node {
    try {
      this.#cursor.lexer.advance();
      const root = this.#expression();
      if (this.#cursor.lexer.kind !== Token.end) this.#cursor.unexpected("end of file");
      return root;
    } catch (error) {
      // Each level of nesting takes a piece of the stack.
      throw (error instanceof RangeError && limitExceeded(error, this.#cursor.here())) || error;
    }
  }

  #expression(): Node {
    const lexer = this.#cursor.lexer;
    const position = this.#cursor.here();
    switch (lexer.kind) {
      case Token.identifier: {
        const name = lexer.name();
        lexer.advance();
        if ((lexer.kind as TokenKind) === Token.colon)
          return parseLambda(this.#cursor, position, name, undefined, false);
        if ((lexer.kind as TokenKind) === Token.at) return parseLambdaWithFormalsAfter(this.#cursor, position, name);
        return this.#operators(
          this.#application(this.#selection(variableOrPosition(name, position), position), position),
          position,
        );
      }
      case Token.leftBrace:
        return this.#lambdaOrAttributes(position);
      case Token.assert: {
        lexer.advance();
        const condition = this.#expression();
        this.#cursor.expect(Token.semicolon);
        return { kind: "assert", position, condition, body: this.#expression() };
      }
      case Token.with: {
        lexer.advance();
        const subject = this.#expression();
        this.#cursor.expect(Token.semicolon);
        return { kind: "with", position, subject, body: this.#expression() };
      }
      case Token.if: {
        lexer.advance();
        const condition = this.#expression();
        this.#cursor.expect(Token.thenKeyword);
        const yes = this.#expression();
        this.#cursor.expect(Token.else);
        return { kind: "if", position, condition, yes, no: this.#expression() };
      }
      case Token.let:
        return this.#let(position);
      default:
        return this.#operators(undefined, position);
    }
  }

  #let(position: number): Node {
    const lexer = this.#cursor.lexer;
    lexer.advance();
    if (lexer.kind === Token.leftBrace) {
      const subject = this.#selection(parseLegacyLet(this.#cursor, position), position);
      return this.#operators(this.#application(subject, position), position);
    }
    const attributes = newAttributesNode(position);
    parseBindings(this.#cursor, attributes, Token.in);
    if (attributes.dynamic.length > 0) this.#cursor.fail("dynamic attributes not allowed in let", position);
    return { kind: "let", attributes, body: this.#expression() };
  }

  /** An operand that starts at `start` and all operators behind it; pipes come last of all. */
  #operators(first: Node | undefined, start: number): Node {
    const left = this.#infix(0, first ?? this.#operand(), start);
    const kind = this.#cursor.lexer.kind;
    return kind === Token.pipeInto || kind === Token.pipeFrom ? this.#pipes(left) : left;
  }

  #pipes(first: Node): Node {
    const lexer = this.#cursor.lexer;
    if (!this.#features.pipeOperators) {
      this.#cursor.fail(
        "experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it",
        this.#cursor.here(),
      );
    }
    const position = this.#cursor.here();
    if (lexer.kind === Token.pipeFrom) {
      lexer.advance();
      const right = this.#pipeOperand();
      const argument = (lexer.kind as TokenKind) === Token.pipeFrom ? this.#pipes(right) : right;
      if ((lexer.kind as TokenKind) === Token.pipeInto) this.#cursor.unexpected();
      return makeCall(first, [argument], position);
    }
    let left = first;
    while (lexer.kind === Token.pipeInto) {
      const at = this.#cursor.here();
      lexer.advance();
      left = makeCall(this.#pipeOperand(), [left], at);
    }
    if ((lexer.kind as TokenKind) === Token.pipeFrom) this.#cursor.unexpected();
    return left;
  }

  #pipeOperand(): Node {
    const start = this.#cursor.here();
    return this.#infix(0, this.#operand(), start);
  }

  #infix(least: number, first: Node, start: number): Node {
    const lexer = this.#cursor.lexer;
    let left = first;
    for (;;) {
      const infix = infixByToken[lexer.kind];
      if (infix === undefined || infix.precedence <= least) return left;
      const position = this.#cursor.here();
      lexer.advance();
      if (infix.build === "has") {
        left = { kind: "has-attribute", subject: left, path: parseAttributePath(this.#cursor) };
      } else {
        const bound = infix.associativity === "right" ? infix.precedence - 1 : infix.precedence;
        const rightStart = this.#cursor.here();
        const right = this.#infix(bound, this.#operand(), rightStart);
        left = this.#combine(infix, position, left, right, [start, rightStart]);
      }
      if (infix.associativity === "none" && infixByToken[lexer.kind]?.precedence === infix.precedence) {
        this.#cursor.unexpected();
      }
    }
  }

  #combine(infix: Infix, position: number, left: Node, right: Node, partPositions: readonly number[]): Node {
    if (infix.build === "plus")
      return { kind: "concat", position, isString: false, parts: [left, right], partPositions };
    if (infix.build === "plain") {
      return { kind: "operator", position, operator: infix.operator as PlainOperator, left, right };
    }
    return numeric(infix.operator as NumericOperator, position, left, right);
  }

  #operand(): Node {
    const lexer = this.#cursor.lexer;
    const position = this.#cursor.here();
    if (lexer.kind === Token.not) {
      lexer.advance();
      const start = this.#cursor.here();
      return { kind: "not", operand: this.#infix(precedenceOfNot, this.#operand(), start) };
    }
    if (lexer.kind === Token.minus) {
      lexer.advance();
      const start = this.#cursor.here();
      const operand = this.#infix(precedenceOfNegation, this.#operand(), start);
      return numeric("-", position, { kind: "integer", value: 0 }, operand);
    }
    return this.#application(this.#selection(this.#simple(), position), position);
  }

  #application(callee: Node, position: number): Node {
    let args: Node[] | undefined;
    while (this.#startsSimple()) {
      const at = this.#cursor.here();
      args ??= [];
      args.push(this.#selection(this.#simple(), at));
    }
    if (args === undefined) return callee;
    return makeCall(callee, args, position);
  }

  #startsSimple(): boolean {
    switch (this.#cursor.lexer.kind) {
      case Token.identifier:
      case Token.integer:
      case Token.float:
      case Token.quote:
      case Token.indentedQuote:
      case Token.path:
      case Token.homePath:
      case Token.searchPath:
      case Token.uri:
      case Token.leftParenthesis:
      case Token.leftBracket:
      case Token.leftBrace:
      case Token.rec:
      case Token.let:
        return true;
      default:
        return false;
    }
  }

  /** What may follow a simple expression: `.a.b`, `.a.b or c`, or a lone `or`, which is a variable then. */
  #selection(subject: Node, position: number): Node {
    const lexer = this.#cursor.lexer;
    if (lexer.kind === Token.dot) {
      lexer.advance();
      const path = parseAttributePath(this.#cursor);
      let fallback: Node | undefined;
      if ((lexer.kind as TokenKind) === Token.or) {
        lexer.advance();
        const at = this.#cursor.here();
        fallback = this.#selection(this.#simple(), at);
      }
      return { kind: "select", position, subject, path, fallback };
    }
    if (lexer.kind === Token.or) {
      const or: VariableNode = { kind: "variable", position: this.#cursor.here(), name: "or", reference: undefined };
      lexer.advance();
      return makeCall(subject, [or], position);
    }
    return subject;
  }

  #simple(): Node {
    const lexer = this.#cursor.lexer;
    const position = this.#cursor.here();
    if (--this.#expressionsUntilLook < 0) {
      this.#expressionsUntilLook = expressionsBetweenLooks;
      this.#features.look?.(position);
    }
    switch (lexer.kind) {
      case Token.identifier: {
        const name = lexer.name();
        lexer.advance();
        return variableOrPosition(name, position);
      }
      case Token.integer:
        return parseInteger(this.#cursor, position);
      case Token.float:
        return parseFloatingPoint(this.#cursor, position);
      case Token.quote:
        return parseString(this.#cursor);
      case Token.indentedQuote:
        return parseIndentedString(this.#cursor);
      case Token.path:
      case Token.homePath:
        return parsePath(this.#cursor, position);
      case Token.searchPath:
        return parseSearchPath(this.#cursor, position);
      case Token.uri: {
        const value = lexer.slice();
        this.#cursor.notice("url-literal", position, value);
        lexer.advance();
        return { kind: "string", value };
      }
      case Token.leftParenthesis: {
        lexer.advance();
        const inner = this.#expression();
        this.#cursor.expect(Token.rightParenthesis);
        return inner;
      }
      case Token.leftBracket:
        return this.#list();
      case Token.leftBrace:
        return parseSet(this.#cursor, position);
      case Token.rec:
        lexer.advance();
        return parseRecursiveSet(this.#cursor, position);
      case Token.let:
        lexer.advance();
        return parseLegacyLet(this.#cursor, position);
      default:
        return this.#cursor.unexpected();
    }
  }

  #list(): Node {
    const lexer = this.#cursor.lexer;
    lexer.advance();
    const elements: Node[] = [];
    while (this.#startsSimple()) {
      const at = this.#cursor.here();
      elements.push(this.#selection(this.#simple(), at));
    }
    if (lexer.kind !== Token.rightBracket) this.#cursor.unexpected();
    lexer.advance();
    return { kind: "list", elements };
  }

  /** What starts with a brace: formals if it goes on as they do, else a set and the operators behind it. */
  #lambdaOrAttributes(position: number): Node {
    const lexer = this.#cursor.lexer;
    lexer.advance();
    const set = newAttributesNode(position);
    if (lexer.kind === Token.ellipsis) return parseLambdaWithFormals(this.#cursor, position, undefined);
    if (lexer.kind === Token.rightBrace) {
      lexer.advance();
      const next = lexer.kind as TokenKind;
      if (next === Token.colon || next === Token.at) return parseAfterFormals(this.#cursor, position, [], false);
      return this.#operators(this.#application(this.#selection(set, position), position), position);
    }
    if (lexer.kind === Token.identifier) {
      const name = lexer.name();
      const at = this.#cursor.here();
      lexer.advance();
      const next = lexer.kind as TokenKind;
      if (next === Token.comma || next === Token.question || next === Token.rightBrace) {
        return parseLambdaWithFormals(this.#cursor, position, { name, at });
      }
      parseBinding(this.#cursor, set, at, name, Token.rightBrace);
    }
    parseBindings(this.#cursor, set, Token.rightBrace);
    return this.#operators(this.#application(this.#selection(set, position), position), position);
  }
}
