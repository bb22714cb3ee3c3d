import { anyByteSet, singleByteSet } from "./byte-set.ts";
import { parseBracket } from "./parse-bracket.ts";
import { PosixRegexError } from "./posix-regex-error.ts";
import {
  alternationNode,
  anchorNode,
  bytesNode,
  groupNode,
  type RegexNode,
  repeatNode,
  sequenceNode,
} from "./regex-node.ts";

const SPECIAL = ".[\\()*+?{|^$";
/** How deep groups nest, and how many quantifiers follow one atom: keeps recursions over the tree within any stack. */
const MAX_DEPTH = 1000;

export interface ParsedRegex {
  readonly root: RegexNode;
  readonly groupCount: number;
}

class RegexParser {
  readonly #pattern: string;
  #offset = 0;
  #groupCount = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): ParsedRegex {
    const root = this.#parseAlternation();
    if (this.#offset < this.#pattern.length)
      throw this.#error(`unexpected '${this.#pattern[this.#offset]}' at ${this.#offset}`);
    return { root, groupCount: this.#groupCount };
  }

  #error(reason: string): PosixRegexError {
    return new PosixRegexError("invalid", this.#pattern, reason);
  }

  #tooDeep(): PosixRegexError {
    return new PosixRegexError("memory limit", this.#pattern, `it is nested over ${MAX_DEPTH} deep`);
  }

  #parseAlternation(): RegexNode {
    const branches = [this.#parseSequence()];
    while (this.#pattern[this.#offset] === "|") {
      this.#offset++;
      branches.push(this.#parseSequence());
    }
    return branches.length === 1 && branches[0] !== undefined ? branches[0] : alternationNode(branches);
  }

  /** Ends before what can't begin a term; whether that may stand there is for the caller to say. */
  #parseSequence(): RegexNode {
    const items: RegexNode[] = [];
    while (true) {
      const term = this.#parseTerm();
      if (term === undefined) break;
      items.push(term);
    }
    return items.length === 1 && items[0] !== undefined ? items[0] : sequenceNode(items);
  }

  #parseTerm(): RegexNode | undefined {
    const character = this.#pattern[this.#offset];
    if (character === "^" || character === "$") {
      this.#offset++;
      return anchorNode(character === "^" ? "subject-start" : "subject-end");
    }
    let node = this.#parseAtom(character);
    for (let quantifiers = 0; node !== undefined; quantifiers++) {
      const repeated: RegexNode | undefined = this.#parseQuantifier(node);
      if (repeated === undefined) break;
      if (quantifiers === MAX_DEPTH) throw this.#tooDeep();
      node = repeated;
    }
    return node;
  }

  #parseAtom(character: string | undefined): RegexNode | undefined {
    switch (character) {
      case undefined:
      case ")":
      case "|":
      case "*":
      case "+":
      case "?":
      case "{":
        return undefined;
      case ".":
        this.#offset++;
        return bytesNode(anyByteSet());
      case "[": {
        const { set, end } = parseBracket(this.#pattern, this.#offset);
        this.#offset = end;
        return bytesNode(set);
      }
      case "(":
        return this.#parseGroup();
      case "\\": {
        const escaped = this.#pattern[this.#offset + 1];
        if (escaped === undefined) throw this.#error("it ends with a backslash");
        if (!SPECIAL.includes(escaped)) throw this.#error(`'\\${escaped}' is no escape sequence`);
        this.#offset += 2;
        return bytesNode(singleByteSet(escaped.charCodeAt(0)));
      }
      default:
        this.#offset++;
        return bytesNode(singleByteSet(character.charCodeAt(0)));
    }
  }

  #parseGroup(): RegexNode {
    const start = this.#offset++;
    const index = ++this.#groupCount;
    if (++this.#depth > MAX_DEPTH) throw this.#tooDeep();
    const body = this.#parseAlternation();
    this.#depth--;
    if (this.#pattern[this.#offset] === undefined) throw this.#error(`'(' at ${start} has no ')'`);
    if (this.#pattern[this.#offset] !== ")")
      throw this.#error(`unexpected '${this.#pattern[this.#offset]}' at ${this.#offset}`);
    this.#offset++;
    return groupNode(index, body);
  }

  #parseQuantifier(body: RegexNode): RegexNode | undefined {
    switch (this.#pattern[this.#offset]) {
      case "*":
        this.#offset++;
        return repeatNode(body, 0, Number.POSITIVE_INFINITY);
      case "+":
        this.#offset++;
        return repeatNode(body, 1, Number.POSITIVE_INFINITY);
      case "?":
        this.#offset++;
        return repeatNode(body, 0, 1);
      case "{":
        return this.#parseInterval(body);
      default:
        return undefined;
    }
  }

  #parseInterval(body: RegexNode): RegexNode {
    const interval = /\{([0-9]+)(?:(,)([0-9]*))?\}/y;
    interval.lastIndex = this.#offset;
    const parts = interval.exec(this.#pattern);
    if (parts === null) throw this.#error(`the interval at ${this.#offset} isn't {n}, {n,} or {n,m}`);
    const min = Number(parts[1]);
    const max = parts[2] === undefined ? min : parts[3] === "" ? Number.POSITIVE_INFINITY : Number(parts[3]);
    if (max < min) throw this.#error(`the interval ${parts[0]} ends before it starts`);
    this.#offset = interval.lastIndex;
    return repeatNode(body, min, max);
  }
}

/** POSIX extended syntax, as strict as the reference's library: no escapes of ordinary characters, no `*` without an operand. */
export function parsePosixRegex(pattern: string): ParsedRegex {
  return new RegexParser(pattern).parse();
}
