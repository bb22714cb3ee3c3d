import type { ByteSet } from "./byte-set.ts";
import type { ParsedRegex } from "./parse-posix-regex.ts";
import { PosixRegexError } from "./posix-regex-error.ts";
import type { RegexNode } from "./regex-node.ts";

/** Takes one byte that is in set `argument`. */
export const OP_BYTE = 0;
/** Notes where group `argument` begins. */
export const OP_OPEN = 1;
/** Notes where group `argument` ends. */
export const OP_CLOSE = 2;
export const OP_SUBJECT_START = 3;
export const OP_SUBJECT_END = 4;
export const OP_ACCEPT = 5;
/** The longer match of `next` and `other`; of equally long ones that of `next`. */
export const OP_ALTERNATIVE = 6;
/** `next` is one more round, `other` the way out: the way out counts only where no match goes through the round. */
export const OP_REPEAT = 7;

/** Instructions in columns; `entry` is the first to run. */
export interface RegexProgram {
  readonly ops: Uint8Array;
  readonly next: Int32Array;
  readonly other: Int32Array;
  readonly argument: Int32Array;
  /** Numbers the alternatives and repeats, whose outcomes are worth remembering. */
  readonly branchIndex: Int32Array;
  readonly branchCount: number;
  /** Membership of all sets, 256 bytes each. */
  readonly sets: Uint8Array;
  /**
   * Per repeat, its number among those that could come round again without taking a byte, or -1. Such a round is allowed
   * twice at one place, which the reference's submatches show.
   */
  readonly emptyRoundIndex: Int32Array;
  readonly emptyRoundCount: number;
  /** Repeats (1) after which rounds without bytes are forgotten, since nothing leads back. */
  readonly forgetsRounds: Uint8Array;
  readonly entry: number;
  readonly groupCount: number;
}

/** Patterns that need more states are refused, as the reference refuses them. */
const MAX_STATES = 100_000;

/** How many states the reference needs for a node: `live` are those that an interval copies. */
function countStates(node: RegexNode): { live: number; total: number } {
  switch (node.kind) {
    case "bytes":
    case "subject-start":
    case "subject-end":
      return { live: 1, total: 1 };
    case "sequence": {
      let live = 0;
      let total = 0;
      for (const item of node.items) {
        const states = countStates(item);
        live += states.live;
        total += states.total;
      }
      return { live, total };
    }
    case "alternation": {
      let live = 2 * (node.branches.length - 1);
      let total = live;
      for (const branch of node.branches) {
        const states = countStates(branch);
        live += states.live + 1;
        total += states.total + 1;
      }
      return { live, total };
    }
    case "group": {
      const states = countStates(node.body);
      const own = node.body.kind === "alternation" ? 2 : 3;
      return { live: states.live + own, total: states.total + own };
    }
    case "repeat": {
      const states = countStates(node.body);
      if (node.max === Number.POSITIVE_INFINITY && node.min <= 1)
        return { live: states.live + 1, total: states.total + 1 };
      if (node.min === 0 && node.max === 1) return { live: states.live + 2, total: states.total + 2 };
      const optional = node.max === Number.POSITIVE_INFINITY ? 1 : node.max - node.min;
      const live = 2 + node.min * states.live + optional * (states.live + 1);
      return { live, total: states.total + live };
    }
  }
}

class ProgramBuilder {
  readonly ops: number[] = [];
  readonly next: number[] = [];
  readonly other: number[] = [];
  readonly argument: number[] = [];
  readonly branchIndex: number[] = [];
  readonly emptyRoundIndex: number[] = [];
  readonly forgetsRounds: number[] = [];
  readonly sets: ByteSet[] = [];
  readonly #setIndexes = new Map<ByteSet, number>();
  branchCount = 0;
  emptyRoundCount = 0;

  add(op: number, next: number, argument = 0): number {
    this.next.push(next);
    this.other.push(-1);
    this.argument.push(argument);
    this.branchIndex.push(op >= OP_ALTERNATIVE ? this.branchCount++ : -1);
    this.emptyRoundIndex.push(-1);
    this.forgetsRounds.push(0);
    return this.ops.push(op) - 1;
  }

  setIndex(set: ByteSet): number {
    let index = this.#setIndexes.get(set);
    if (index === undefined) {
      index = this.sets.push(set) - 1;
      this.#setIndexes.set(set, index);
    }
    return index;
  }

  /** Adds what matches `node` and then goes on at `next`; returns where it starts. */
  emit(node: RegexNode, next: number, inEmptyRounds: boolean): number {
    switch (node.kind) {
      case "bytes":
        return this.add(OP_BYTE, next, this.setIndex(node.set));
      case "subject-start":
        return this.add(OP_SUBJECT_START, next);
      case "subject-end":
        return this.add(OP_SUBJECT_END, next);
      case "sequence":
        return node.items.reduceRight((after, item) => this.emit(item, after, inEmptyRounds), next);
      case "alternation": {
        const entries = node.branches.map((branch) => this.emit(branch, next, inEmptyRounds));
        return entries.reduceRight((others, entry) => {
          const alternative = this.add(OP_ALTERNATIVE, entry);
          this.other[alternative] = others;
          return alternative;
        });
      }
      case "group": {
        const body = this.emit(node.body, this.add(OP_CLOSE, next, node.index), inEmptyRounds);
        return this.add(OP_OPEN, body, node.index);
      }
      case "repeat":
        return this.#emitRepeat(node, next, inEmptyRounds);
    }
  }

  #emitRepeat(node: RegexNode & { kind: "repeat" }, next: number, inEmptyRounds: boolean): number {
    const { body, min, max } = node;
    let entry = next;
    let copies = min;
    if (max === Number.POSITIVE_INFINITY) {
      const repeat = this.#addRepeat(next, body.nullable, inEmptyRounds);
      const round = this.emit(body, repeat, inEmptyRounds || body.nullable);
      this.next[repeat] = round;
      entry = repeat;
      if (min > 0) {
        entry = round;
        copies = min - 1;
      }
    } else {
      for (let optional = min; optional < max; optional++) {
        const repeat = this.#addRepeat(next, body.nullable && inEmptyRounds, inEmptyRounds);
        this.next[repeat] = this.emit(body, entry, inEmptyRounds);
        entry = repeat;
      }
    }
    for (let copy = 0; copy < copies; copy++) entry = this.emit(body, entry, inEmptyRounds);
    return entry;
  }

  #addRepeat(exit: number, countsEmptyRounds: boolean, inEmptyRounds: boolean): number {
    const repeat = this.add(OP_REPEAT, -1);
    this.other[repeat] = exit;
    if (countsEmptyRounds) this.emptyRoundIndex[repeat] = this.emptyRoundCount++;
    if (!inEmptyRounds) this.forgetsRounds[repeat] = 1;
    return repeat;
  }
}

/** How large the program of the pattern is, roughly. Throws PosixRegexError if it would be too large. */
export function regexSize(pattern: string, root: RegexNode): number {
  const size = countStates(root).total;
  if (size > MAX_STATES) throw new PosixRegexError("memory limit", pattern, `it needs more than ${MAX_STATES} states`);
  return size;
}

/** The program of a pattern that `regexSize` lets pass. */
export function compileRegexProgram({ root, groupCount }: ParsedRegex): RegexProgram {
  const builder = new ProgramBuilder();
  const entry = builder.emit(root, builder.add(OP_ACCEPT, -1), false);
  const sets = new Uint8Array(builder.sets.length * 256);
  for (const [index, set] of builder.sets.entries()) sets.set(set, index * 256);
  return {
    ops: Uint8Array.from(builder.ops),
    next: Int32Array.from(builder.next),
    other: Int32Array.from(builder.other),
    argument: Int32Array.from(builder.argument),
    branchIndex: Int32Array.from(builder.branchIndex),
    branchCount: builder.branchCount,
    sets,
    emptyRoundIndex: Int32Array.from(builder.emptyRoundIndex),
    emptyRoundCount: builder.emptyRoundCount,
    forgetsRounds: Uint8Array.from(builder.forgetsRounds),
    entry,
    groupCount,
  };
}
