import { utf8SequenceLength } from "../json/utf8-validation.ts";
import { parseTomlWord } from "./parse-toml-number.ts";
import { parseLineString, parseTomlString } from "./parse-toml-string.ts";
import { parseTomlTimestamp } from "./parse-toml-timestamp.ts";
import { TomlCursor } from "./toml-cursor.ts";
import { TomlDocument } from "./toml-document.ts";
import type { TomlTable, TomlValue } from "./toml-value.ts";

const byteOrderMark = "\xef\xbb\xbf";
const bareKey = /[A-Za-z0-9_-]+/y;

/** Parses TOML 1.0, as bytes. Throws a TomlError. */
export function parseToml(text: string): TomlTable {
  const cursor = new TomlCursor(text, text.startsWith(byteOrderMark) ? byteOrderMark.length : 0);
  requireUtf8(cursor);
  return new TomlParser(cursor).parseDocument();
}

function requireUtf8(cursor: TomlCursor): void {
  const { text } = cursor;
  for (let at = 0; at < text.length; ) {
    const length = utf8SequenceLength(text, at);
    if (length === 0) cursor.fail("the text is not UTF-8", at);
    at += length;
  }
}

class TomlParser {
  readonly #cursor: TomlCursor;
  readonly #document = new TomlDocument();

  constructor(cursor: TomlCursor) {
    this.#cursor = cursor;
  }

  parseDocument(): TomlTable {
    const cursor = this.#cursor;
    let table = this.#document.root;
    for (cursor.skipLines(); !cursor.isAtEnd; cursor.skipLines()) {
      if (cursor.text[cursor.at] === "[") table = this.#header();
      else this.#definition(table);
      cursor.skipBlanksAndComment();
      if (!cursor.isAtEnd && !cursor.takeLineEnd()) cursor.fail("expected the end of the line");
    }
    return this.#document.root;
  }

  #header(): TomlTable {
    const cursor = this.#cursor;
    const start = cursor.at;
    const isElement = cursor.take("[[");
    if (!isElement) cursor.at++;
    const path = this.#key();
    cursor.expect(isElement ? "]]" : "]");
    const refuse = (reason: string) => cursor.fail(reason, start);
    return isElement ? this.#document.openElement(path, refuse) : this.#document.openTable(path, refuse);
  }

  #definition(table: TomlTable): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    const path = this.#key();
    cursor.expect("=");
    cursor.skipBlanks();
    this.#document.define(table, path, this.#value(), (reason) => cursor.fail(reason, start));
  }

  /** Names between dots, with the blanks around them. */
  #key(): readonly string[] {
    const cursor = this.#cursor;
    const path: string[] = [];
    do {
      cursor.skipBlanks();
      path.push(this.#name());
      cursor.skipBlanks();
    } while (cursor.take("."));
    return path;
  }

  #name(): string {
    const cursor = this.#cursor;
    const first = cursor.text[cursor.at];
    if (first === '"' || first === "'") return parseLineString(cursor);
    return cursor.match(bareKey)?.[0] ?? cursor.fail("expected a key");
  }

  #value(): TomlValue {
    const cursor = this.#cursor;
    switch (cursor.text[cursor.at]) {
      case '"':
      case "'":
        return parseTomlString(cursor);
      case "[":
        return this.#array();
      case "{":
        return this.#inlineTable();
      default:
        return parseTomlTimestamp(cursor) ?? parseTomlWord(cursor);
    }
  }

  #array(): TomlValue[] {
    const cursor = this.#cursor;
    const elements: TomlValue[] = [];
    cursor.at++;
    for (cursor.skipLines(); !cursor.take("]"); cursor.skipLines()) {
      elements.push(this.#value());
      cursor.skipLines();
      if (!cursor.take(",") && cursor.text[cursor.at] !== "]") cursor.fail("expected ',' or ']'");
    }
    return elements;
  }

  #inlineTable(): TomlTable {
    const cursor = this.#cursor;
    const table: TomlTable = new Map();
    cursor.at++;
    cursor.skipBlanks();
    if (cursor.take("}")) return table;
    do {
      cursor.skipBlanks();
      this.#definition(table);
      cursor.skipBlanks();
    } while (cursor.take(","));
    cursor.expect("}");
    this.#document.complete(table);
    return table;
  }
}
