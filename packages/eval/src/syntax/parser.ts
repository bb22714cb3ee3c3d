import { encodeByteString } from "../values/byte-string.ts";
import { NixError } from "../values/nix-error.ts";
import { normalizeInteger } from "../values/value.ts";
import { addAttribute, addInherited, newAttributesNode } from "./attribute-merging.ts";
import { characterClasses, pathPart } from "./character-classes.ts";
import { type IndentedPart, stripIndentation } from "./indented-string.ts";
import { Lexer } from "./lexer.ts";
import type { SourceFile } from "./position-table.ts";
import { indentedContentStart, readIndentedChunk, readStringChunk } from "./string-reader.ts";
import type {
  AttributeName,
  AttributesNode,
  Formal,
  InheritSource,
  LambdaNode,
  Node,
  NumericOperator,
  PlainOperator,
  SelectNode,
  StringNode,
  VariableNode,
} from "./syntax-tree.ts";
import { Token, type TokenKind, tokenNames } from "./token.ts";

export interface ParserFeatures {
  readonly pipeOperators: boolean;
}

/** Parses one expression. Throws a NixError of kind `parse`. */
export function parse(source: SourceFile, features: ParserFeatures = { pipeOperators: false }): Node {
  return new Parser(source, features).parseFile();
}

type Associativity = "left" | "right" | "none";

interface Infix {
  readonly precedence: number;
  readonly associativity: Associativity;
  readonly build: "plain" | "numeric" | "plus" | "has";
  readonly operator: string;
}

const interpolationStart = "\u0024{";
const precedenceOfNot = 8;
const precedenceOfNegation = 13;

const infixByToken: readonly (Infix | undefined)[] = makeInfixTable();

function makeInfixTable(): (Infix | undefined)[] {
  const table: (Infix | undefined)[] = [];
  const add = (
    token: TokenKind,
    precedence: number,
    associativity: Associativity,
    build: Infix["build"],
    operator: string,
  ) => {
    table[token] = { precedence, associativity, build, operator };
  };
  add(Token.implies, 2, "right", "plain", "->");
  add(Token.orOperator, 3, "left", "plain", "||");
  add(Token.and, 4, "left", "plain", "&&");
  add(Token.equal, 5, "none", "plain", "==");
  add(Token.notEqual, 5, "none", "plain", "!=");
  add(Token.less, 6, "none", "numeric", "<");
  add(Token.lessOrEqual, 6, "none", "numeric", "<=");
  add(Token.greater, 6, "none", "numeric", ">");
  add(Token.greaterOrEqual, 6, "none", "numeric", ">=");
  add(Token.update, 7, "right", "plain", "//");
  add(Token.plus, 9, "left", "plus", "+");
  add(Token.minus, 9, "left", "numeric", "-");
  add(Token.times, 10, "left", "numeric", "*");
  add(Token.divide, 10, "left", "numeric", "/");
  add(Token.concat, 11, "right", "plain", "++");
  add(Token.question, 12, "none", "has", "?");
  return table;
}

const functionOfOperator: Readonly<Record<NumericOperator, string>> = {
  "-": "__sub",
  "*": "__mul",
  "/": "__div",
  "<": "__lessThan",
  "<=": "__lessThan",
  ">": "__lessThan",
  ">=": "__lessThan",
};

/** Recursive descent for what starts with a keyword, operator precedence for the rest, one token ahead. */
class Parser {
  readonly #source: SourceFile;
  readonly #features: ParserFeatures;
  readonly #lexer: Lexer;
  readonly #describe = (position: number): string => {
    const { line, column } = this.#source.locate(position - this.#source.base);
    return `${this.#source.name}:${line}:${column}`;
  };

  constructor(source: SourceFile, features: ParserFeatures) {
    this.#source = source;
    this.#features = features;
    this.#lexer = new Lexer(source.text);
  }

  parseFile(): Node {
    this.#lexer.advance();
    const root = this.#expression();
    if (this.#lexer.kind !== Token.end) this.#unexpected("end of file");
    return root;
  }

  #here(): number {
    return this.#source.base + this.#lexer.start;
  }

  #fail(message: string, position: number): never {
    throw new NixError("parse", message, position);
  }

  #unexpected(expected?: string): never {
    const lexer = this.#lexer;
    const name = lexer.kind === Token.other ? `'${lexer.slice()}'` : (tokenNames[lexer.kind] ?? "invalid token");
    const expectation = expected === undefined ? "" : `, expecting ${expected}`;
    this.#fail(`syntax error, unexpected ${name}${expectation}`, this.#here());
  }

  #expect(kind: TokenKind): void {
    if (this.#lexer.kind !== kind) this.#unexpected(tokenNames[kind]);
    this.#lexer.advance();
  }

  #expression(): Node {
    const lexer = this.#lexer;
    const position = this.#here();
    switch (lexer.kind) {
      case Token.identifier: {
        const name = lexer.slice();
        lexer.advance();
        if ((lexer.kind as TokenKind) === Token.colon) return this.#lambda(position, name, undefined, false);
        if ((lexer.kind as TokenKind) === Token.at) return this.#lambdaWithFormalsAfter(position, name);
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
        this.#expect(Token.semicolon);
        return { kind: "assert", position, condition, body: this.#expression() };
      }
      case Token.with: {
        lexer.advance();
        const subject = this.#expression();
        this.#expect(Token.semicolon);
        return { kind: "with", position, subject, body: this.#expression() };
      }
      case Token.if: {
        lexer.advance();
        const condition = this.#expression();
        this.#expect(Token.thenKeyword);
        const yes = this.#expression();
        this.#expect(Token.else);
        return { kind: "if", position, condition, yes, no: this.#expression() };
      }
      case Token.let:
        return this.#let(position);
      default:
        return this.#operators(undefined, position);
    }
  }

  #let(position: number): Node {
    const lexer = this.#lexer;
    lexer.advance();
    if (lexer.kind === Token.leftBrace) {
      const subject = this.#selection(this.#legacyLet(position), position);
      return this.#operators(this.#application(subject, position), position);
    }
    const attributes = newAttributesNode(position);
    this.#bindings(attributes, Token.in);
    if (attributes.dynamic.length > 0) this.#fail("dynamic attributes not allowed in let", position);
    return { kind: "let", attributes, body: this.#expression() };
  }

  /** `let { …; body = …; }`, with the brace as current token. */
  #legacyLet(position: number): Node {
    this.#lexer.advance();
    const subject = newAttributesNode(position);
    subject.isRecursive = true;
    this.#bindings(subject, Token.rightBrace);
    return { kind: "select", position, subject, path: ["body"], fallback: undefined };
  }

  /** An operand that starts at `start` and all operators behind it; pipes come last of all. */
  #operators(first: Node | undefined, start: number): Node {
    const left = this.#infix(0, first ?? this.#operand(), start);
    const kind = this.#lexer.kind;
    return kind === Token.pipeInto || kind === Token.pipeFrom ? this.#pipes(left) : left;
  }

  #pipes(first: Node): Node {
    const lexer = this.#lexer;
    if (!this.#features.pipeOperators) {
      this.#fail(
        "experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it",
        this.#here(),
      );
    }
    const position = this.#here();
    if (lexer.kind === Token.pipeFrom) {
      lexer.advance();
      const right = this.#pipeOperand();
      const argument = (lexer.kind as TokenKind) === Token.pipeFrom ? this.#pipes(right) : right;
      if ((lexer.kind as TokenKind) === Token.pipeInto) this.#unexpected();
      return makeCall(first, [argument], position);
    }
    let left = first;
    while (lexer.kind === Token.pipeInto) {
      const at = this.#here();
      lexer.advance();
      left = makeCall(this.#pipeOperand(), [left], at);
    }
    if ((lexer.kind as TokenKind) === Token.pipeFrom) this.#unexpected();
    return left;
  }

  #pipeOperand(): Node {
    const start = this.#here();
    return this.#infix(0, this.#operand(), start);
  }

  #infix(least: number, first: Node, start: number): Node {
    const lexer = this.#lexer;
    let left = first;
    for (;;) {
      const infix = infixByToken[lexer.kind];
      if (infix === undefined || infix.precedence <= least) return left;
      const position = this.#here();
      lexer.advance();
      if (infix.build === "has") {
        left = { kind: "has-attribute", subject: left, path: this.#attributePath() };
      } else {
        const bound = infix.associativity === "right" ? infix.precedence - 1 : infix.precedence;
        const rightStart = this.#here();
        const right = this.#infix(bound, this.#operand(), rightStart);
        left = this.#combine(infix, position, left, right, [start, rightStart]);
      }
      if (infix.associativity === "none" && infixByToken[lexer.kind]?.precedence === infix.precedence) {
        this.#unexpected();
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
    const lexer = this.#lexer;
    const position = this.#here();
    if (lexer.kind === Token.not) {
      lexer.advance();
      const start = this.#here();
      return { kind: "not", operand: this.#infix(precedenceOfNot, this.#operand(), start) };
    }
    if (lexer.kind === Token.minus) {
      lexer.advance();
      const start = this.#here();
      const operand = this.#infix(precedenceOfNegation, this.#operand(), start);
      return numeric("-", position, { kind: "integer", value: 0 }, operand);
    }
    return this.#application(this.#selection(this.#simple(), position), position);
  }

  #application(callee: Node, position: number): Node {
    let args: Node[] | undefined;
    while (this.#startsSimple()) {
      const at = this.#here();
      args ??= [];
      args.push(this.#selection(this.#simple(), at));
    }
    if (args === undefined) return callee;
    return makeCall(callee, args, position);
  }

  #startsSimple(): boolean {
    switch (this.#lexer.kind) {
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
    const lexer = this.#lexer;
    if (lexer.kind === Token.dot) {
      lexer.advance();
      const path = this.#attributePath();
      let fallback: Node | undefined;
      if ((lexer.kind as TokenKind) === Token.or) {
        lexer.advance();
        const at = this.#here();
        fallback = this.#selection(this.#simple(), at);
      }
      return { kind: "select", position, subject, path, fallback };
    }
    if (lexer.kind === Token.or) {
      const or: VariableNode = { kind: "variable", position: this.#here(), name: "or", reference: undefined };
      lexer.advance();
      return makeCall(subject, [or], position);
    }
    return subject;
  }

  #simple(): Node {
    const lexer = this.#lexer;
    const position = this.#here();
    switch (lexer.kind) {
      case Token.identifier: {
        const name = lexer.slice();
        lexer.advance();
        return variableOrPosition(name, position);
      }
      case Token.integer:
        return this.#integer(position);
      case Token.float:
        return this.#float(position);
      case Token.quote:
        return this.#string();
      case Token.indentedQuote:
        return this.#indentedString();
      case Token.path:
      case Token.homePath:
        return this.#path(position);
      case Token.searchPath:
        return this.#searchPath(position);
      case Token.uri: {
        const value = lexer.slice();
        lexer.advance();
        return { kind: "string", value };
      }
      case Token.leftParenthesis: {
        lexer.advance();
        const inner = this.#expression();
        this.#expect(Token.rightParenthesis);
        return inner;
      }
      case Token.leftBracket:
        return this.#list();
      case Token.leftBrace: {
        lexer.advance();
        const set = newAttributesNode(position);
        this.#bindings(set, Token.rightBrace);
        return set;
      }
      case Token.rec: {
        lexer.advance();
        if ((lexer.kind as TokenKind) !== Token.leftBrace) this.#unexpected("'{'");
        lexer.advance();
        const set = newAttributesNode(position);
        set.isRecursive = true;
        this.#bindings(set, Token.rightBrace);
        return set;
      }
      case Token.let: {
        lexer.advance();
        if ((lexer.kind as TokenKind) !== Token.leftBrace) this.#unexpected("'{'");
        return this.#legacyLet(position);
      }
      default:
        return this.#unexpected();
    }
  }

  #list(): Node {
    const lexer = this.#lexer;
    lexer.advance();
    const elements: Node[] = [];
    while (this.#startsSimple()) {
      const at = this.#here();
      elements.push(this.#selection(this.#simple(), at));
    }
    if (lexer.kind !== Token.rightBracket) this.#unexpected();
    lexer.advance();
    return { kind: "list", elements };
  }

  #integer(position: number): Node {
    const text = this.#lexer.slice();
    this.#lexer.advance();
    if (text.length <= 15) return { kind: "integer", value: Number(text) };
    const value = BigInt(text);
    if (value > 9223372036854775807n) this.#fail(`invalid integer '${text}'`, position);
    return { kind: "integer", value: normalizeInteger(value) };
  }

  #float(position: number): Node {
    const text = this.#lexer.slice();
    this.#lexer.advance();
    const value = Number(text);
    if (!Number.isFinite(value)) this.#fail(`invalid float '${text}'`, position);
    return { kind: "float", value };
  }

  #checkNoNul(text: string, position: number): void {
    if (!text.includes("\0")) return;
    const shown = text.replaceAll("\0", encodeByteString("␀"));
    this.#fail(`input string '${shown}' cannot be represented as Nix string because it contains null bytes`, position);
  }

  /** The expression of an interpolation whose `${` starts at `at`. The lexer ends up behind the brace. */
  #interpolated(at: number): Node {
    const lexer = this.#lexer;
    lexer.end = at + 2;
    lexer.advance();
    const node = this.#expression();
    if (lexer.kind !== Token.rightBrace) this.#unexpected("'}'");
    return node;
  }

  #unterminated(): never {
    this.#lexer.end = this.#source.text.length;
    this.#lexer.advance();
    return this.#unexpected();
  }

  #string(): Node {
    const lexer = this.#lexer;
    const position = this.#here();
    const parts: Node[] = [];
    const partPositions: number[] = [];
    let at = lexer.end;
    for (;;) {
      const chunk = readStringChunk(lexer.text, at);
      this.#checkNoNul(chunk.text, position);
      if (chunk.text !== "") {
        parts.push({ kind: "string", value: chunk.text });
        partPositions.push(position);
      }
      if (chunk.stop === "end of file") this.#unterminated();
      if (chunk.stop === "close") {
        lexer.end = chunk.end + 1;
        lexer.advance();
        return joinStringParts(parts, partPositions, position);
      }
      partPositions.push(this.#source.base + chunk.end);
      parts.push(this.#interpolated(chunk.end));
      at = lexer.end;
    }
  }

  #indentedString(): Node {
    const lexer = this.#lexer;
    const position = this.#here();
    const parts: IndentedPart[] = [];
    let at = indentedContentStart(lexer.text, lexer.end);
    for (;;) {
      const chunk = readIndentedChunk(lexer.text, at);
      for (const piece of chunk.pieces) {
        this.#checkNoNul(piece.text, position);
        parts.push({ ...piece, position });
      }
      if (chunk.stop === "end of file") this.#unterminated();
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
      parts.push({ node: this.#interpolated(chunk.end), position: this.#source.base + chunk.end });
      at = lexer.end;
    }
  }

  #path(position: number): Node {
    const lexer = this.#lexer;
    const text = lexer.text;
    const parts: Node[] = [{ kind: "path", position, text: lexer.slice() }];
    const partPositions = [position];
    let at = lexer.end;
    for (;;) {
      if (text.charCodeAt(at) === 36 && text.charCodeAt(at + 1) === 123) {
        partPositions.push(this.#source.base + at);
        parts.push(this.#interpolated(at));
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
      // Right behind the path itself there can only be the start of an interpolation, perhaps after more path.
      if (parts.length === 1 && text.slice(end, end + 2) !== interpolationStart) {
        this.#fail("syntax error, unexpected string, expecting end of path", this.#source.base + at);
      }
      partPositions.push(this.#source.base + at);
      parts.push({ kind: "string", value: text.slice(at, end) });
      at = end;
    }
    if (text.charCodeAt(at - 1) === 47) this.#fail("path has a trailing slash", this.#source.base + at);
    lexer.end = at;
    lexer.advance();
    return parts.length === 1
      ? (parts[0] as Node)
      : { kind: "concat", position, isString: false, parts, partPositions };
  }

  #searchPath(position: number): Node {
    const name: StringNode = { kind: "string", value: this.#lexer.slice().slice(1, -1) };
    this.#lexer.advance();
    const variable = (text: string): Node => ({ kind: "variable", position, name: text, reference: undefined });
    return { kind: "call", position, callee: variable("__findFile"), args: [variable("__nixPath"), name] };
  }

  /** One component of an attribute path; undefined if none starts here. */
  #attributeName(): AttributeName | undefined {
    const lexer = this.#lexer;
    switch (lexer.kind) {
      case Token.identifier:
      case Token.or: {
        const name = lexer.slice();
        lexer.advance();
        return name;
      }
      case Token.quote: {
        const node = this.#string();
        return node.kind === "string" ? node.value : node;
      }
      case Token.interpolation: {
        const node = this.#interpolated(lexer.start);
        lexer.advance();
        return node.kind === "string" ? node.value : node;
      }
      default:
        return undefined;
    }
  }

  #attributePath(): AttributeName[] {
    const path: AttributeName[] = [];
    for (;;) {
      const name = this.#attributeName();
      if (name === undefined) this.#unexpected("identifier or 'or' or '${' or '\"'");
      path.push(name);
      if (this.#lexer.kind !== Token.dot) return path;
      this.#lexer.advance();
    }
  }

  /** Definitions up to `close`, which is consumed. */
  #bindings(set: AttributesNode, close: TokenKind): void {
    const lexer = this.#lexer;
    while (lexer.kind !== close) {
      if (lexer.kind === Token.inherit) this.#inherit(set);
      else this.#binding(set, this.#here(), undefined, close);
    }
    lexer.advance();
  }

  /** `a.b = value;`; `first` is a name that was read already. */
  #binding(set: AttributesNode, position: number, first: string | undefined, close: TokenKind): void {
    const lexer = this.#lexer;
    let path: AttributeName[];
    if (first === undefined) {
      const name = this.#attributeName();
      if (name === undefined) this.#unexpected(close === Token.in ? "'in' or 'inherit' or identifier" : undefined);
      path = [name];
    } else path = [first];
    if (lexer.kind === Token.dot) {
      lexer.advance();
      path.push(...this.#attributePath());
    }
    if (lexer.kind !== Token.assign) this.#unexpected(path.length === 1 ? "'.' or '='" : "'='");
    lexer.advance();
    const value = this.#expression();
    this.#expect(Token.semicolon);
    addAttribute(set, path, value, position, this.#describe);
  }

  #inherit(set: AttributesNode): void {
    const lexer = this.#lexer;
    lexer.advance();
    let source: InheritSource | undefined;
    if (lexer.kind === Token.leftParenthesis) {
      lexer.advance();
      source = { kind: "inherit-source", expression: this.#expression(), reference: undefined };
      this.#expect(Token.rightParenthesis);
      set.sources.push(source);
    }
    while ((lexer.kind as TokenKind) !== Token.semicolon) {
      const position = this.#here();
      const name = this.#attributeName();
      if (name === undefined) this.#unexpected("';'");
      if (typeof name !== "string") this.#fail("dynamic attributes not allowed in inherit", position);
      if (source === undefined) {
        const value: VariableNode = { kind: "variable", position, name, reference: undefined };
        addInherited(set, name, { kind: "inherited", position, value }, this.#describe);
      } else {
        const value: SelectNode = { kind: "select", position, subject: source, path: [name], fallback: undefined };
        addInherited(set, name, { kind: "inherited-from", position, source, value }, this.#describe);
      }
    }
    lexer.advance();
  }

  /** What starts with a brace: formals if it goes on as they do, else a set and the operators behind it. */
  #lambdaOrAttributes(position: number): Node {
    const lexer = this.#lexer;
    lexer.advance();
    const set = newAttributesNode(position);
    if (lexer.kind === Token.ellipsis) return this.#lambdaWithFormals(position, undefined);
    if (lexer.kind === Token.rightBrace) {
      lexer.advance();
      const next = lexer.kind as TokenKind;
      if (next === Token.colon || next === Token.at) return this.#afterFormals(position, [], false);
      return this.#operators(this.#application(this.#selection(set, position), position), position);
    }
    if (lexer.kind === Token.identifier) {
      const name = lexer.slice();
      const at = this.#here();
      lexer.advance();
      const next = lexer.kind as TokenKind;
      if (next === Token.comma || next === Token.question || next === Token.rightBrace) {
        return this.#lambdaWithFormals(position, { name, at });
      }
      this.#binding(set, at, name, Token.rightBrace);
    }
    this.#bindings(set, Token.rightBrace);
    return this.#operators(this.#application(this.#selection(set, position), position), position);
  }

  #lambdaWithFormals(position: number, first: { name: string; at: number } | undefined): Node {
    const { formals, hasEllipsis } = this.#formals(first);
    return this.#afterFormals(position, formals, hasEllipsis);
  }

  #afterFormals(position: number, formals: Formal[], hasEllipsis: boolean): Node {
    const lexer = this.#lexer;
    let argument: string | undefined;
    if (lexer.kind === Token.at) {
      lexer.advance();
      if ((lexer.kind as TokenKind) !== Token.identifier) this.#unexpected("identifier");
      argument = lexer.slice();
      lexer.advance();
    }
    if (lexer.kind !== Token.colon) this.#unexpected(argument === undefined ? "':' or '@'" : "':'");
    return this.#lambda(position, argument, formals, hasEllipsis);
  }

  #lambdaWithFormalsAfter(position: number, argument: string): Node {
    const lexer = this.#lexer;
    lexer.advance();
    if (lexer.kind !== Token.leftBrace) this.#unexpected("'{'");
    lexer.advance();
    const { formals, hasEllipsis } = this.#formals(undefined);
    if (lexer.kind !== (Token.colon as TokenKind)) this.#unexpected("':'");
    return this.#lambda(position, argument, formals, hasEllipsis);
  }

  /** Formals up to and with the closing brace. */
  #formals(first: { name: string; at: number } | undefined): { formals: Formal[]; hasEllipsis: boolean } {
    const lexer = this.#lexer;
    const formals: Formal[] = [];
    let pending = first;
    let hasEllipsis = false;
    while (pending !== undefined || lexer.kind !== Token.rightBrace) {
      if (pending === undefined && lexer.kind === Token.ellipsis) {
        lexer.advance();
        hasEllipsis = true;
        if ((lexer.kind as TokenKind) !== Token.rightBrace) this.#unexpected("'}'");
        break;
      }
      let formal: { name: string; at: number };
      if (pending === undefined) {
        if (lexer.kind !== Token.identifier) this.#unexpected("identifier or '...'");
        formal = { name: lexer.slice(), at: this.#here() };
        lexer.advance();
      } else {
        formal = pending;
        pending = undefined;
      }
      let fallback: Node | undefined;
      if (lexer.kind === Token.question) {
        lexer.advance();
        fallback = this.#expression();
      }
      formals.push({ name: formal.name, position: formal.at, fallback });
      if (lexer.kind === Token.comma) lexer.advance();
      else if (lexer.kind !== Token.rightBrace) this.#unexpected("',' or '}'");
    }
    lexer.advance();
    return { formals, hasEllipsis };
  }

  /** The rest of a function, with its colon as current token. */
  #lambda(position: number, argument: string | undefined, formals: Formal[] | undefined, hasEllipsis: boolean): Node {
    this.#lexer.advance();
    if (formals !== undefined) this.#checkFormals(formals, argument, position);
    const lambda: LambdaNode = {
      kind: "lambda",
      position,
      argument,
      formals,
      hasEllipsis,
      body: this.#expression(),
      name: "",
      scope: undefined,
    };
    return lambda;
  }

  #checkFormals(formals: Formal[], argument: string | undefined, position: number): void {
    const seen = new Set<string>();
    for (const formal of formals) {
      if (seen.has(formal.name)) {
        this.#fail(`duplicate formal function argument '${formal.name}'`, formal.position);
      }
      seen.add(formal.name);
    }
    if (argument !== undefined && seen.has(argument)) {
      this.#fail(`duplicate formal function argument '${argument}'`, position);
    }
    formals.sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}

function variableOrPosition(name: string, position: number): Node {
  return name === "__curPos"
    ? { kind: "current-position", position }
    : { kind: "variable", position, name, reference: undefined };
}

/** A call; of a call it is one call with more arguments. */
function makeCall(callee: Node, args: Node[], position: number): Node {
  if (callee.kind !== "call") return { kind: "call", position, callee, args };
  callee.args.push(...args);
  return callee;
}

function numeric(operator: NumericOperator, position: number, left: Node, right: Node): Node {
  const name = functionOfOperator[operator];
  return {
    kind: "numeric",
    position,
    operator,
    left,
    right,
    function: { kind: "variable", position, name, reference: undefined },
  };
}

/** One string node for plain text; else a concatenation, which keeps even a single interpolation. */
function joinStringParts(parts: readonly Node[], partPositions: readonly number[], position: number): Node {
  const [first] = parts;
  if (first === undefined) return { kind: "string", value: "" };
  // Plain text starts where the string does; an interpolation is further in.
  if (parts.length === 1 && first.kind === "string" && partPositions[0] === position) return first;
  return { kind: "concat", position, isString: true, parts, partPositions };
}
