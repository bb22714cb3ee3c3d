import { type ByteSet, byteSetsOverlap, emptyByteSet, unionByteSets } from "./byte-set.ts";
import type { RegexNode } from "./regex-node.ts";

/** A whole-subject match takes the first way that fits, a search the longest of alternatives. */
export type RegexUse = "match" | "search";

/** Bounds the steps of a backtracking run over a subject of n bytes by `factor` times n to the power of `exponent`. */
export interface BacktrackingCost {
  readonly factor: number;
  readonly exponent: number;
}

interface Surroundings {
  /** What can come behind the node. */
  readonly follow: ByteSet;
  /** Whether something behind the node can fail, so that the node is tried again with fewer rounds. */
  readonly fallible: boolean;
  readonly inLoop: boolean;
  /** Whether every round of the enclosing loops passes through the node. */
  readonly inEveryRound: boolean;
}

function alwaysSucceeds(node: RegexNode): boolean {
  switch (node.kind) {
    case "bytes":
    case "subject-start":
    case "subject-end":
      return false;
    case "sequence":
      return node.items.every(alwaysSucceeds);
    case "alternation":
      return node.branches.some(alwaysSucceeds);
    case "group":
      return alwaysSucceeds(node.body);
    case "repeat":
      return node.min === 0 || alwaysSucceeds(node.body);
  }
}

/** Finds out whether backtracking gives the same answer as this library, at a cost with a known bound. */
class BacktrackingAnalysis {
  readonly #use: RegexUse;
  factor = 1;
  exponent = 1;
  /** Whether a failing search may run through a loop again from every start. */
  rescans = false;

  constructor(use: RegexUse) {
    this.#use = use;
  }

  isSuitable(node: RegexNode, surroundings: Surroundings): boolean {
    switch (node.kind) {
      case "bytes":
      case "subject-start":
      case "subject-end":
        return true;
      case "sequence":
        return this.#isSequenceSuitable(node.items, surroundings);
      case "alternation":
        return this.#isAlternationSuitable(node.branches, surroundings);
      case "group":
        // JavaScript forgets groups at the start of a round; where each round sets them that can't be seen.
        if (surroundings.inLoop && !surroundings.inEveryRound) return false;
        return this.isSuitable(node.body, surroundings);
      case "repeat":
        return this.#isRepeatSuitable(node, surroundings);
    }
  }

  #isSequenceSuitable(items: readonly RegexNode[], surroundings: Surroundings): boolean {
    let { follow, fallible } = surroundings;
    for (const item of items.toReversed()) {
      if (!this.isSuitable(item, { ...surroundings, follow, fallible })) return false;
      follow = item.nullable ? unionByteSets(item.first, follow) : item.first;
      fallible ||= !alwaysSucceeds(item);
    }
    return true;
  }

  #isAlternationSuitable(branches: readonly RegexNode[], surroundings: Surroundings): boolean {
    let seen = emptyByteSet();
    let deterministic = true;
    for (const branch of branches) {
      if (branch.nullable || byteSetsOverlap(seen, branch.first)) deterministic = false;
      seen = unionByteSets(seen, branch.first);
    }
    if (!deterministic) {
      if (this.#use === "search" || surroundings.inLoop) return false;
      this.factor *= branches.length;
    }
    return branches.every((branch) => this.isSuitable(branch, { ...surroundings, inEveryRound: false }));
  }

  #isRepeatSuitable(node: RegexNode & { kind: "repeat" }, surroundings: Surroundings): boolean {
    const { body, min, max } = node;
    if (body.nullable) return false;
    const loops = max > 1;
    const unbounded = max === Number.POSITIVE_INFINITY;
    if (max > min && byteSetsOverlap(body.first, surroundings.follow)) {
      if (surroundings.inLoop) return false;
      if (unbounded) this.exponent++;
      else this.factor *= max - min + 1;
    }
    if (loops && surroundings.fallible) {
      if (unbounded) this.rescans = true;
      else this.factor *= max;
    }
    return this.isSuitable(body, {
      follow: loops ? unionByteSets(surroundings.follow, body.first) : surroundings.follow,
      fallible: loops || surroundings.fallible,
      inLoop: surroundings.inLoop || loops,
      inEveryRound: surroundings.inLoop ? surroundings.inEveryRound && min > 0 : true,
    });
  }
}

/** What running the pattern as a JavaScript expression may cost; undefined where its answers would differ or the cost has no bound. */
export function backtrackingCost(root: RegexNode, use: RegexUse): BacktrackingCost | undefined {
  // After an empty match the search asks for a match that isn't empty, which JavaScript can't be asked.
  if (use === "search" && root.nullable) return undefined;
  const analysis = new BacktrackingAnalysis(use);
  const outside = { follow: emptyByteSet(), fallible: use === "match", inLoop: false, inEveryRound: true };
  if (!analysis.isSuitable(root, outside)) return undefined;
  return {
    factor: analysis.factor,
    exponent: analysis.exponent + (use === "search" && analysis.rescans ? 1 : 0),
  };
}

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

function byteSetSource(set: ByteSet): string {
  let ranges = "";
  let rangeCount = 0;
  for (let start = 0; start < 256; start++) {
    if (set[start] !== 1) continue;
    let end = start;
    while (end < 255 && set[end + 1] === 1) end++;
    ranges += start === end ? hexEscape(start) : `${hexEscape(start)}-${hexEscape(end)}`;
    rangeCount += start === end ? 1 : 2;
    start = end;
  }
  return rangeCount === 1 ? ranges : `[${ranges}]`;
}

function quantifierSource(min: number, max: number): string {
  return max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`;
}

/** The same pattern in JavaScript's syntax, group for group. */
export function javascriptSource(node: RegexNode): string {
  switch (node.kind) {
    case "bytes":
      return byteSetSource(node.set);
    case "subject-start":
      return "^";
    case "subject-end":
      return "$";
    case "sequence":
      return node.items.map(javascriptSource).join("");
    case "alternation":
      return `(?:${node.branches.map(javascriptSource).join("|")})`;
    case "group":
      return `(${javascriptSource(node.body)})`;
    case "repeat":
      return `(?:${javascriptSource(node.body)})${quantifierSource(node.min, node.max)}`;
  }
}
