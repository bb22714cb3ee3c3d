import { type ByteString, textFromByteString } from "../byte-string.ts";
import { FormatError } from "../format-error.ts";
import type { Derivation, DerivationOutput } from "./derivation.ts";

/**
 * Reads the contents of a `.drv` file. Strict: anything that `writeDerivation` wouldn't write the same way, such as keys
 * out of order, is refused with the byte where it stands, so that writing it again gives the same bytes.
 */
export function parseDerivation(text: ByteString): Derivation {
  const parser = new DerivationParser(text);
  parser.expect("Derive(");
  const outputs = new Map<string, DerivationOutput>();
  parser.ascending("output", (name) => {
    const path = parser.string();
    parser.expect(",");
    const hashAlgo = parser.string();
    parser.expect(",");
    outputs.set(name, { path, hashAlgo, hash: parser.string() });
  });
  parser.expect(",");
  const inputDrvs = new Map<string, readonly string[]>();
  parser.ascending("input derivation", (path) => inputDrvs.set(path, parser.ascending("output name")));
  parser.expect(",");
  const inputSrcs = parser.ascending("input source");
  parser.expect(",");
  const system = parser.string();
  parser.expect(",");
  const builder = parser.string();
  parser.expect(",");
  const args: ByteString[] = [];
  parser.list(() => args.push(parser.string()));
  parser.expect(",");
  const env = new Map<ByteString, ByteString>();
  parser.ascending("variable", (name) => env.set(name, parser.string()));
  parser.expect(")");
  parser.expectEnd();
  return { outputs, inputDrvs, inputSrcs, system, builder, args, env };
}

const quote = 34;
const backslash = 92;
const escaped: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", r: "\r", t: "\t" };

class DerivationParser {
  readonly #text: ByteString;
  #position = 0;

  constructor(text: ByteString) {
    this.#text = text;
  }

  expect(expected: string): void {
    if (!this.#text.startsWith(expected, this.#position)) {
      const found = this.#text.slice(this.#position, this.#position + Math.max(expected.length, 10));
      throw this.#error(`expected ${JSON.stringify(expected)}, found ${found === "" ? "the end" : printed(found)}`);
    }
    this.#position += expected.length;
  }

  expectEnd(): void {
    if (this.#position < this.#text.length) throw this.#error("bytes after its end");
  }

  list(readElement: () => void): void {
    this.expect("[");
    if (this.#skip("]")) return;
    do readElement();
    while (this.#skip(","));
    this.expect("]");
  }

  /** A list of strings in ascending order, or of tuples that begin with one. Answers those strings. */
  ascending(what: string, readRestOfTuple?: (key: ByteString) => void): ByteString[] {
    const keys: ByteString[] = [];
    let last: ByteString | undefined;
    this.list(() => {
      if (readRestOfTuple !== undefined) this.expect("(");
      const start = this.#position;
      const key = this.string();
      if (last !== undefined && last >= key) {
        this.#position = start;
        throw this.#error(`${what} ${printed(key)} comes after ${printed(last)}`);
      }
      last = key;
      keys.push(key);
      if (readRestOfTuple === undefined) return;
      this.expect(",");
      readRestOfTuple(key);
      this.expect(")");
    });
    return keys;
  }

  string(): ByteString {
    const text = this.#text;
    this.expect('"');
    let result = "";
    let start = this.#position;
    for (let position = start; position < text.length; position++) {
      const code = text.charCodeAt(position);
      if (code === quote) {
        this.#position = position + 1;
        return result + text.slice(start, position);
      }
      if (code === backslash) {
        const character = escaped[text[position + 1] ?? ""];
        if (character === undefined) {
          this.#position = position;
          throw this.#error(`unknown escape ${printed(text.slice(position, position + 2))}`);
        }
        result += text.slice(start, position) + character;
        position += 1;
        start = position + 1;
      } else if (code === 9 || code === 10 || code === 13) {
        this.#position = position;
        throw this.#error(`${printed(text[position]!)} without escape`);
      }
    }
    throw this.#error("a string that doesn't end");
  }

  #skip(character: string): boolean {
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #error(reason: string): FormatError {
    return new FormatError(`Cannot parse derivation at byte ${this.#position}: ${reason}`);
  }
}

function printed(bytes: ByteString): string {
  return JSON.stringify(textFromByteString(bytes));
}
