import { Token, type TokenKind } from "./token.ts";

type Associativity = "left" | "right" | "none";

/** How an operator between two operands is parsed, and what becomes of it. */
export interface Infix {
  readonly precedence: number;
  readonly associativity: Associativity;
  readonly build: "plain" | "numeric" | "plus" | "has";
  readonly operator: string;
}

export const precedenceOfNot = 8;
export const precedenceOfNegation = 13;

export const infixByToken: readonly (Infix | undefined)[] = makeInfixTable();

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
  add(Token.question, 12, "left", "has", "?");
  return table;
}
