import { backtrackingCost, javascriptSource, type RegexUse } from "./javascript-regex.ts";
import { type ParsedRegex, parsePosixRegex } from "./parse-posix-regex.ts";
import { RegexMatcher } from "./regex-matcher.ts";
import { compileRegexProgram, type RegexProgram, regexSize } from "./regex-program.ts";

/** A match within a subject, as byte offsets; a group that took no part is null. */
export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: (string | null)[];
}

/** Steps that a backtracking run may take at worst: a few milliseconds. */
const MAX_BACKTRACKING_STEPS = 4_000_000;

/** Above this size JavaScript's engine may refuse a pattern, at the first use only. */
const MAX_JAVASCRIPT_SIZE = 2_000;

/** An equivalent for subjects up to a length at which its worst case is still bearable. */
interface BoundedJavascriptRegex {
  readonly regex: RegExp;
  readonly maxSubjectLength: number;
}

function boundedJavascriptRegex({ root }: ParsedRegex, use: RegexUse): BoundedJavascriptRegex | undefined {
  const cost = backtrackingCost(root, use);
  if (cost === undefined) return undefined;
  const source = javascriptSource(root);
  return {
    regex: use === "match" ? new RegExp(`^(?:${source})$`) : new RegExp(source, "g"),
    maxSubjectLength: (MAX_BACKTRACKING_STEPS / cost.factor) ** (1 / cost.exponent),
  };
}

function groupsOfResult(result: RegExpExecArray): (string | null)[] {
  const groups: (string | null)[] = [];
  for (let index = 1; index < result.length; index++) groups.push(result[index] ?? null);
  return groups;
}

function groupsOfBounds(subject: string, bounds: Int32Array): (string | null)[] {
  const groups: (string | null)[] = [];
  for (let index = 2; index < bounds.length; index += 2) {
    const start = bounds[index] as number;
    groups.push(start < 0 ? null : subject.slice(start, bounds[index + 1]));
  }
  return groups;
}

/** A compiled pattern. Patterns and subjects are byte strings, one byte a character. */
export class PosixRegex {
  readonly #pattern: string;
  readonly #parsed: ParsedRegex;
  readonly #size: number;
  #program: RegexProgram | undefined;
  #matchRegex: BoundedJavascriptRegex | undefined | "not asked for" = "not asked for";
  #searchRegex: BoundedJavascriptRegex | undefined | "not asked for" = "not asked for";

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#parsed = parsePosixRegex(pattern);
    this.#size = regexSize(pattern, this.#parsed.root);
  }

  /** The groups, if the whole subject matches. `look` is called now and then while that takes long, and may throw. */
  match(subject: string, look = noLook): (string | null)[] | undefined {
    if (this.#matchRegex === "not asked for") this.#matchRegex = this.#javascriptRegex("match");
    const fast = this.#matchRegex;
    if (fast !== undefined && subject.length < fast.maxSubjectLength) {
      const result = fast.regex.exec(subject);
      return result === null ? undefined : groupsOfResult(result);
    }
    const bounds = this.#matcher(subject, true, look).matchAt(0);
    return bounds === undefined ? undefined : groupsOfBounds(subject, bounds);
  }

  /** The matches from left to right, none overlapping. Behind a match that isn't empty, an empty one may follow directly. */
  split(subject: string, look = noLook): Iterable<RegexMatch> {
    if (this.#searchRegex === "not asked for") this.#searchRegex = this.#javascriptRegex("search");
    const fast = this.#searchRegex;
    if (fast !== undefined && subject.length < fast.maxSubjectLength) return this.#splitFast(fast.regex, subject);
    return this.#splitLinear(subject, look);
  }

  *#splitFast(regex: RegExp, subject: string): Generator<RegexMatch> {
    let position = 0;
    while (true) {
      regex.lastIndex = position;
      const result = regex.exec(subject);
      if (result === null) return;
      position = result.index + result[0].length;
      yield { start: result.index, end: position, groups: groupsOfResult(result) };
    }
  }

  *#splitLinear(subject: string, look: () => void): Generator<RegexMatch> {
    const { nullable, first } = this.#parsed.root;
    const matcher = this.#matcher(subject, false, look);
    let start = 0;
    let allowEmpty = true;
    while (start <= subject.length) {
      const possible = nullable || first[subject.charCodeAt(start)] === 1;
      const bounds = possible ? matcher.matchAt(start, allowEmpty) : undefined;
      if (bounds === undefined) {
        start++;
        allowEmpty = true;
      } else {
        const end = bounds[1] as number;
        yield { start, end, groups: groupsOfBounds(subject, bounds) };
        // Where an empty match was, one that isn't empty may begin.
        allowEmpty = end > start;
        start = end;
      }
      matcher.forgetBefore(start);
    }
  }

  #javascriptRegex(use: RegexUse): BoundedJavascriptRegex | undefined {
    return this.#size > MAX_JAVASCRIPT_SIZE ? undefined : boundedJavascriptRegex(this.#parsed, use);
  }

  #matcher(subject: string, wholeSubject: boolean, look: () => void): RegexMatcher {
    this.#program ??= compileRegexProgram(this.#parsed);
    return new RegexMatcher(this.#pattern, this.#program, subject, wholeSubject, look);
  }
}

function noLook(): void {}
