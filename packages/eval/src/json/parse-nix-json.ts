import type { JsonBuilder } from "./json-builder.ts";
import { JsonParseError } from "./json-parse-error.ts";
import { encodeUtf8, utf8SequenceLength } from "./utf8-validation.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const BYTE_ORDER_MARK = "\xef\xbb\xbf";
const UNSIGNED_LIMIT = 2n ** 64n;
const SIGNED_MINIMUM = -(2n ** 63n);

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** A list or an attribute set whose end hasn't been read. */
interface OpenContainer<Value> {
  readonly elements: Value[] | undefined;
  readonly entries: Map<string, Value> | undefined;
  key: string;
}

class JsonReader<Value> {
  readonly #text: string;
  readonly #builder: JsonBuilder<Value>;
  #offset = 0;

  constructor(text: string, builder: JsonBuilder<Value>) {
    this.#text = text;
    this.#builder = builder;
  }

  /** One loop with a stack of its own: nesting costs memory, never call depth. */
  readDocument(): Value {
    if (this.#text.startsWith(BYTE_ORDER_MARK)) this.#offset = BYTE_ORDER_MARK.length;
    const open: OpenContainer<Value>[] = [];
    this.#skipWhitespace();
    while (true) {
      let value: Value;
      const code = this.#text.charCodeAt(this.#offset);
      if (code === OPEN_BRACKET) {
        this.#offset++;
        if (this.#nextIs(CLOSE_BRACKET)) value = this.#builder.list([]);
        else {
          open.push({ elements: [], entries: undefined, key: "" });
          continue;
        }
      } else if (code === OPEN_BRACE) {
        this.#offset++;
        if (this.#nextIs(CLOSE_BRACE)) value = this.#builder.attributes(new Map());
        else {
          open.push({ elements: undefined, entries: new Map(), key: this.#readKey() });
          continue;
        }
      } else value = this.#readScalar(code);

      while (true) {
        this.#skipWhitespace();
        const container = open.at(-1);
        if (container === undefined) {
          if (this.#offset < this.#text.length) throw this.#error("expected the end of the text");
          return value;
        }
        if (container.elements !== undefined) {
          container.elements.push(value);
          if (this.#nextIs(COMMA)) break;
          if (!this.#nextIs(CLOSE_BRACKET)) throw this.#error("expected ',' or ']'");
          value = this.#builder.list(container.elements);
        } else {
          const entries = container.entries as Map<string, Value>;
          entries.set(container.key, value);
          if (this.#nextIs(COMMA)) {
            container.key = this.#readKey();
            break;
          }
          if (!this.#nextIs(CLOSE_BRACE)) throw this.#error("expected ',' or '}'");
          value = this.#builder.attributes(entries);
        }
        open.pop();
      }
    }
  }

  #error(reason: string, offset = this.#offset): JsonParseError {
    const suffix = offset < this.#text.length ? "" : " but the text ends";
    return new JsonParseError(reason + suffix, this.#text, Math.min(offset, this.#text.length));
  }

  #skipWhitespace(): void {
    let code = this.#text.charCodeAt(this.#offset);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)
      code = this.#text.charCodeAt(++this.#offset);
  }

  /** Skips white space; if `code` comes then, takes it and the white space behind it. */
  #nextIs(code: number): boolean {
    this.#skipWhitespace();
    if (this.#text.charCodeAt(this.#offset) !== code) return false;
    this.#offset++;
    this.#skipWhitespace();
    return true;
  }

  #readKey(): string {
    if (this.#text.charCodeAt(this.#offset) !== QUOTE) throw this.#error("expected a string as the key");
    const key = this.#readString();
    if (!this.#nextIs(COLON)) throw this.#error("expected ':' after the key");
    return key;
  }

  #readScalar(code: number): Value {
    if (code === QUOTE) return this.#builder.string(this.#readString());
    if (code === MINUS || (code >= 0x30 && code <= 0x39)) return this.#readNumber();
    if (this.#takeWord("true")) return this.#builder.boolean(true);
    if (this.#takeWord("false")) return this.#builder.boolean(false);
    if (this.#takeWord("null")) return this.#builder.null();
    throw this.#error("expected a value");
  }

  #takeWord(word: string): boolean {
    if (!this.#text.startsWith(word, this.#offset)) return false;
    this.#offset += word.length;
    return true;
  }

  #skipDigits(): void {
    const start = this.#offset;
    let code = this.#text.charCodeAt(start);
    while (code >= 0x30 && code <= 0x39) code = this.#text.charCodeAt(++this.#offset);
    if (this.#offset === start) throw this.#error("expected a digit");
  }

  #readNumber(): Value {
    const text = this.#text;
    const start = this.#offset;
    if (text.charCodeAt(start) === MINUS) this.#offset++;
    if (text[this.#offset] === "0") this.#offset++;
    else this.#skipDigits();
    let integral = true;
    if (text[this.#offset] === ".") {
      integral = false;
      this.#offset++;
      this.#skipDigits();
    }
    if (text[this.#offset] === "e" || text[this.#offset] === "E") {
      integral = false;
      this.#offset++;
      if (text[this.#offset] === "+" || text[this.#offset] === "-") this.#offset++;
      this.#skipDigits();
    }
    const literal = text.slice(start, this.#offset);
    const value = Number(literal);
    if (integral) {
      if (Number.isSafeInteger(value)) return this.#builder.integer(value === 0 ? 0 : value);
      const exact = BigInt(literal);
      if (exact >= SIGNED_MINIMUM && exact < UNSIGNED_LIMIT) return this.#builder.integer(exact);
    }
    if (!Number.isFinite(value)) throw this.#error(`the number ${literal} is too large`, start);
    return this.#builder.float(value);
  }

  #readString(): string {
    const text = this.#text;
    let result = "";
    let runStart = ++this.#offset;
    while (true) {
      const code = text.charCodeAt(this.#offset);
      if (code === QUOTE) {
        result += text.slice(runStart, this.#offset++);
        return result;
      }
      if (code === BACKSLASH) {
        result += text.slice(runStart, this.#offset) + this.#readEscape();
        runStart = this.#offset;
      } else if (code >= 0x80) {
        const length = utf8SequenceLength(text, this.#offset);
        if (length === 0) throw this.#error("the string isn't UTF-8");
        this.#offset += length;
      } else if (code >= 0x20) this.#offset++;
      else if (Number.isNaN(code)) throw this.#error("expected '\"' at the end of the string");
      else throw this.#error("a control character in a string must be escaped");
    }
  }

  #readEscape(): string {
    const start = this.#offset;
    const kind = this.#text[start + 1];
    this.#offset += 2;
    if (kind !== "u") {
      const escaped = kind === undefined ? undefined : ESCAPES[kind];
      if (escaped === undefined) throw this.#error("unknown escape sequence", start);
      return escaped;
    }
    const unit = this.#readHexUnit(start);
    if (unit >= 0xdc00 && unit <= 0xdfff) throw this.#error("low surrogate without a high one", start);
    if (unit === 0) throw this.#error("a string can't contain a null character", start);
    if (unit < 0xd800 || unit > 0xdbff) return encodeUtf8(unit);
    if (!this.#takeWord("\\u")) throw this.#error("high surrogate without a low one", start);
    const low = this.#readHexUnit(start);
    if (low < 0xdc00 || low > 0xdfff) throw this.#error("high surrogate without a low one", start);
    return encodeUtf8(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
  }

  #readHexUnit(escapeStart: number): number {
    const digits = this.#text.slice(this.#offset, this.#offset + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#error("\\u needs four hexadecimal digits", escapeStart);
    this.#offset += 4;
    return Number.parseInt(digits, 16);
  }
}

/**
 * Reads a JSON document held as UTF-8 bytes, one a character. Integers beyond 64 bits become floats, of equal keys the
 * last counts. A null character is an error: no string of the language can hold it.
 */
export function parseNixJson<Value>(text: string, builder: JsonBuilder<Value>): Value {
  return new JsonReader(text, builder).readDocument();
}
