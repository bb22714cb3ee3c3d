import {
  blank,
  characterClasses,
  digit,
  identifierPart,
  identifierStart,
  pathPart,
  schemePart,
  uriPart,
} from "./character-classes.ts";
import { nameTable } from "./name-table.ts";
import { keywords, Token, type TokenKind } from "./token.ts";

/**
 * Cuts a byte string into tokens, one ahead of the parser and never more. Of all tokens that could start at a place the
 * longest counts, which is why `a.b/c` is a path and `x:x` is a URI. String contents are read by `string-reader.ts`.
 */
export class Lexer {
  readonly text: string;
  /** The current token: its kind, and where it starts and ends. */
  kind: TokenKind = Token.end;
  start = 0;
  end = 0;

  /** What could be part of a path and leads to none: looked through once, however many tokens there are in it. */
  #plainStart = 0;
  #plainEnd = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The current token's text. */
  slice(): string {
    return this.text.slice(this.start, this.end);
  }

  /** The current token's text as a name: the same string for the same name. */
  name(): string {
    return nameTable.at(this.text, this.start, this.end);
  }

  advance(): void {
    const text = this.text;
    const at = this.#skipBlanks(this.end);
    this.start = at;
    if (at >= text.length) {
      this.kind = Token.end;
      this.end = at;
      return;
    }
    const code = text.charCodeAt(at);
    const bits = characterClasses[code] as number;
    if ((bits & identifierStart) !== 0) this.#identifierOrLonger(at);
    else if ((bits & digit) !== 0) this.#numberOrLonger(at);
    else this.#punctuation(at, code);
  }

  #skipBlanks(from: number): number {
    const text = this.text;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code < 256 && ((characterClasses[code] as number) & blank) !== 0) at++;
      else if (code === 35) {
        do at++;
        while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13);
      } else if (code === 47 && text.charCodeAt(at + 1) === 42) {
        const close = text.indexOf("*/", at + 2);
        if (close < 0) return at;
        at = close + 2;
      } else return at;
    }
  }

  #accept(kind: TokenKind, end: number): true {
    this.kind = kind;
    this.end = end;
    return true;
  }

  #skip(from: number, bit: number): number {
    const text = this.text;
    let at = from;
    while (at < text.length && ((characterClasses[text.charCodeAt(at)] as number) & bit) !== 0) at++;
    return at;
  }

  #identifierOrLonger(at: number): void {
    const end = this.#skip(at + 1, identifierPart);
    const next = this.text.charCodeAt(end);
    // Only what goes on with one of these can be a path or a URI.
    if ((next === 46 || next === 47 || next === 58 || next === 43) && this.#pathOrUri(at, end)) return;
    const length = end - at;
    const isShort = length >= 2 && length <= 7;
    const keyword = isShort ? keywords.get(nameTable.at(this.text, at, end)) : undefined;
    this.#accept(keyword ?? Token.identifier, end);
  }

  /** Accepts a path or URI from `at` if there is one that goes beyond `least`. */
  #pathOrUri(at: number, least: number): boolean {
    const text = this.text;
    if (at >= this.#plainStart && at < this.#plainEnd) return false;
    const end = this.#skip(at, pathPart);
    const next = text.charCodeAt(end);
    if (next !== 47 && next !== 58) {
      this.#plainStart = at;
      this.#plainEnd = end;
      return false;
    }
    if (text.charCodeAt(end) === 47) {
      const pathEnd = this.#pathEnd(at, end);
      if (pathEnd > least || (pathEnd > 0 && this.#isInterpolation(pathEnd))) {
        this.#accept(Token.path, pathEnd);
        return true;
      }
    }
    if (text.charCodeAt(end) === 58 && this.#skip(at, schemePart) === end) {
      const uriEnd = this.#skip(end + 1, uriPart);
      if (
        uriEnd > end + 1 &&
        uriEnd > least &&
        ((characterClasses[text.charCodeAt(at)] as number) & identifierStart) !== 0
      ) {
        this.#accept(Token.uri, uriEnd);
        return true;
      }
    }
    return false;
  }

  /** The end of a path whose first slash is at `slash`; -1 if it is none. A path may end in `/` only before `${`. */
  #pathEnd(at: number, slash: number): number {
    const text = this.text;
    let end = slash;
    while (text.charCodeAt(end) === 47) {
      const segmentEnd = this.#skip(end + 1, pathPart);
      if (segmentEnd === end + 1) break;
      end = segmentEnd;
    }
    if (text.charCodeAt(end) === 47 && (end > slash || this.#isInterpolation(end + 1))) return end + 1;
    return end > slash && end > at ? end : -1;
  }

  #isInterpolation(at: number): boolean {
    return this.text.charCodeAt(at) === 36 && this.text.charCodeAt(at + 1) === 123;
  }

  #numberOrLonger(at: number): void {
    const integerEnd = this.#skip(at, digit);
    const next = this.text.charCodeAt(integerEnd);
    if (next >= 256 || ((characterClasses[next] as number) & pathPart) === 0) {
      if (next !== 47) {
        this.#accept(Token.integer, integerEnd);
        return;
      }
    }
    const floatEnd = this.#floatEnd(at, integerEnd);
    const least = Math.max(integerEnd, floatEnd);
    if (this.#pathOrUri(at, least)) return;
    if (floatEnd > integerEnd) this.#accept(Token.float, floatEnd);
    else this.#accept(Token.integer, integerEnd);
  }

  /** The end of a floating-point literal whose integer digits end at `integerEnd`; -1 if it is none. */
  #floatEnd(at: number, integerEnd: number): number {
    const text = this.text;
    if (text.charCodeAt(integerEnd) !== 46) return -1;
    const fractionEnd = this.#skip(integerEnd + 1, digit);
    const startsWithZero = text.charCodeAt(at) === 48;
    if (startsWithZero && integerEnd - at > 1) return -1;
    if ((startsWithZero || integerEnd === at) && fractionEnd === integerEnd + 1) return -1;
    const exponent = text.charCodeAt(fractionEnd);
    if (exponent !== 69 && exponent !== 101) return fractionEnd;
    const sign = text.charCodeAt(fractionEnd + 1);
    const digitsStart = fractionEnd + (sign === 43 || sign === 45 ? 2 : 1);
    const digitsEnd = this.#skip(digitsStart, digit);
    return digitsEnd > digitsStart ? digitsEnd : fractionEnd;
  }

  #punctuation(at: number, code: number): true {
    const next = this.text.charCodeAt(at + 1);
    switch (code) {
      case 34: // "
        return this.#accept(Token.quote, at + 1);
      case 39: // '
        return next === 39 ? this.#accept(Token.indentedQuote, at + 2) : this.#accept(Token.other, at + 1);
      case 36: // $
        return next === 123 ? this.#accept(Token.interpolation, at + 2) : this.#accept(Token.other, at + 1);
      case 123:
        return this.#accept(Token.leftBrace, at + 1);
      case 125:
        return this.#accept(Token.rightBrace, at + 1);
      case 91:
        return this.#accept(Token.leftBracket, at + 1);
      case 93:
        return this.#accept(Token.rightBracket, at + 1);
      case 40:
        return this.#accept(Token.leftParenthesis, at + 1);
      case 41:
        return this.#accept(Token.rightParenthesis, at + 1);
      case 59:
        return this.#accept(Token.semicolon, at + 1);
      case 58:
        return this.#accept(Token.colon, at + 1);
      case 44:
        return this.#accept(Token.comma, at + 1);
      case 64:
        return this.#accept(Token.at, at + 1);
      case 63:
        return this.#accept(Token.question, at + 1);
      case 42:
        return this.#accept(Token.times, at + 1);
      case 61: // =
        return next === 61 ? this.#accept(Token.equal, at + 2) : this.#accept(Token.assign, at + 1);
      case 33: // !
        return next === 61 ? this.#accept(Token.notEqual, at + 2) : this.#accept(Token.not, at + 1);
      case 38: // &
        return next === 38 ? this.#accept(Token.and, at + 2) : this.#accept(Token.other, at + 1);
      case 124: // |
        if (next === 124) return this.#accept(Token.orOperator, at + 2);
        return next === 62 ? this.#accept(Token.pipeInto, at + 2) : this.#accept(Token.other, at + 1);
      case 60:
        return this.#lessOrSearchPath(at, next);
      case 62: // >
        return next === 61 ? this.#accept(Token.greaterOrEqual, at + 2) : this.#accept(Token.greater, at + 1);
      case 126:
        return this.#homePath(at, next);
      case 43:
      case 45:
      case 46:
      case 47:
        return this.#pathOrOperator(at, code, next);
      default:
        return this.#accept(Token.other, at + 1);
    }
  }

  #lessOrSearchPath(at: number, next: number): true {
    const text = this.text;
    let end = this.#skip(at + 1, pathPart);
    if (end > at + 1) {
      while (text.charCodeAt(end) === 47) {
        const segmentEnd = this.#skip(end + 1, pathPart);
        if (segmentEnd === end + 1) break;
        end = segmentEnd;
      }
      if (text.charCodeAt(end) === 62) return this.#accept(Token.searchPath, end + 1);
    }
    if (next === 61) return this.#accept(Token.lessOrEqual, at + 2);
    return next === 124 ? this.#accept(Token.pipeFrom, at + 2) : this.#accept(Token.less, at + 1);
  }

  #homePath(at: number, next: number): true {
    if (next !== 47) return this.#accept(Token.other, at + 1);
    const end = this.#pathEnd(at, at + 1);
    return end < 0 ? this.#accept(Token.other, at + 1) : this.#accept(Token.homePath, end);
  }

  /** What starts with one of `+ - . /`: a path, a number, or an operator. */
  #pathOrOperator(at: number, code: number, next: number): true {
    if (code === 46) {
      const floatEnd = this.#floatEnd(at, at);
      if (this.#pathOrUri(at, Math.max(floatEnd, at))) return true;
      if (floatEnd > at) return this.#accept(Token.float, floatEnd);
      if (next === 46 && this.text.charCodeAt(at + 2) === 46) return this.#accept(Token.ellipsis, at + 3);
      return this.#accept(Token.dot, at + 1);
    }
    const operatorEnd = next === code || (code === 45 && next === 62) ? at + 2 : at + 1;
    if (this.#pathOrUri(at, operatorEnd)) return true;
    if (code === 43) return this.#accept(operatorEnd > at + 1 ? Token.concat : Token.plus, operatorEnd);
    if (code === 47) return this.#accept(operatorEnd > at + 1 ? Token.update : Token.divide, operatorEnd);
    if (next === 62) return this.#accept(Token.implies, at + 2);
    return this.#accept(Token.minus, at + 1);
  }
}
