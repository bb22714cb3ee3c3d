import { type ByteSet, emptyByteSet } from "./byte-set.ts";
import { characterClass, collationCharacter } from "./character-names.ts";
import { PosixRegexError } from "./posix-regex-error.ts";

/** Codes above 127 are negative where ranges are compared: bytes are signed characters there. */
function signed(byte: number): number {
  return byte < 0x80 ? byte : byte - 0x100;
}

function toLower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** What came before a dash decides what the dash means. */
type Previous = "nothing" | "class" | { readonly byte: number };

class BracketParser {
  readonly #pattern: string;
  readonly #start: number;
  readonly #set = emptyByteSet();
  #offset: number;
  #previous: Previous = "nothing";

  constructor(pattern: string, start: number) {
    this.#pattern = pattern;
    this.#start = start;
    this.#offset = start + 1;
  }

  parse(): { set: ByteSet; end: number } {
    const negated = this.#take("^");
    let leading = true;
    while (leading || !this.#take("]")) {
      this.#parseTerm(leading);
      leading = false;
    }
    if (negated) for (let byte = 0; byte < 256; byte++) this.#set[byte] = this.#set[byte] === 1 ? 0 : 1;
    return { set: this.#set, end: this.#offset };
  }

  #error(reason: string): PosixRegexError {
    return new PosixRegexError("invalid", this.#pattern, reason);
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#offset)) return false;
    this.#offset += text.length;
    return true;
  }

  #nextByte(): number {
    if (this.#offset >= this.#pattern.length) throw this.#error(`'[' at ${this.#start} has no ']'`);
    return this.#pattern.charCodeAt(this.#offset++);
  }

  #addByte(byte: number): void {
    this.#set[byte] = 1;
    this.#previous = { byte };
  }

  #addClass(includes: (byte: number) => boolean): void {
    for (let byte = 0; byte < 256; byte++) if (includes(byte)) this.#set[byte] = 1;
    this.#previous = "class";
  }

  #parseTerm(leading: boolean): void {
    if (this.#pattern[this.#offset] === "-") {
      this.#offset++;
      if (leading || this.#pattern[this.#offset] === "]") this.#addByte(0x2d);
      else this.#parseRangeEnd();
    } else if (!this.#parseNamed()) this.#addByte(this.#nextByte());
  }

  #parseRangeEnd(): void {
    const start = this.#previous;
    if (typeof start === "string") throw this.#error(`a range in '[' at ${this.#start} has no start`);
    if (/^\[[.:=]/.test(this.#pattern.slice(this.#offset, this.#offset + 2)))
      throw this.#error(`a range in '[' at ${this.#start} ends with a class`);
    const low = signed(start.byte);
    const high = signed(this.#nextByte());
    if (low > high) throw this.#error(`a range in '[' at ${this.#start} ends before it starts`);
    for (let byte = 0; byte < 256; byte++) if (signed(byte) >= low && signed(byte) <= high) this.#set[byte] = 1;
    this.#previous = "nothing";
  }

  /** `[:class:]`, `[.name.]` or `[=name=]`. */
  #parseNamed(): boolean {
    if (this.#pattern[this.#offset] !== "[") return false;
    const kind = this.#pattern[this.#offset + 1];
    if (kind === undefined) throw this.#error(`'[' at ${this.#start} has no ']'`);
    if (kind !== ":" && kind !== "." && kind !== "=") return false;
    const end = this.#pattern.indexOf(kind, this.#offset + 2);
    if (end < 0 || this.#pattern[end + 1] !== "]") throw this.#error(`'[${kind}' has no '${kind}]'`);
    const name = this.#pattern.slice(this.#offset + 2, end);
    this.#offset = end + 2;
    if (kind === ":") {
      const includes = characterClass(name);
      if (includes === undefined) throw this.#error(`there is no character class '${name}'`);
      this.#addClass(includes);
      return true;
    }
    const character = collationCharacter(name);
    if (character === undefined) throw this.#error(`there is no collating element '${name}'`);
    if (kind === ".") this.#addByte(character);
    // Equivalent are characters that differ in case alone.
    else this.#addClass((byte) => toLower(byte) === toLower(character));
    return true;
  }
}

/** The bytes that the bracket expression at `start` matches, and the offset behind its `]`. */
export function parseBracket(pattern: string, start: number): { set: ByteSet; end: number } {
  return new BracketParser(pattern, start).parse();
}
