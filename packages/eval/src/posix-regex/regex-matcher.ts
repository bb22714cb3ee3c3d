import { EmptyRounds } from "./empty-rounds.ts";
import { PosixRegexError } from "./posix-regex-error.ts";
import {
  OP_ALTERNATIVE,
  OP_BYTE,
  OP_CLOSE,
  OP_OPEN,
  OP_REPEAT,
  OP_SUBJECT_END,
  OP_SUBJECT_START,
  type RegexProgram,
} from "./regex-program.ts";

const NO_MATCH = -1;
const UNKNOWN = -2;
/** Stored outcomes are shifted so that a fresh array means "unknown". */
const STORED_OFFSET = 2;
const POSITIONS_PER_CHUNK = 64;
const MAX_MEMO_BYTES = 512 * 1024 * 1024;
/** Of many branches only a few are reached at any position: then outcomes are kept sparsely. */
const MAX_DENSE_BRANCHES = 512;
const MAX_SPARSE_ENTRIES = 4_000_000;
const COMBINATIONS = 256;
const STEPS_BETWEEN_LOOKS = 4_096;

/**
 * Runs a program over one subject. The outcome of each branch at each position, the end of the match that it leads to, is
 * computed once, so the time is at most proportional to the program's size times the subject's length.
 */
export class RegexMatcher {
  readonly #pattern: string;
  readonly #program: RegexProgram;
  readonly #subject: string;
  readonly #wholeSubject: boolean;
  readonly #emptyRounds: EmptyRounds;
  readonly #sparse: boolean;
  /** Outcomes of branches without empty rounds, by position. */
  readonly #chunks: (Int32Array | undefined)[] = [];
  #allocatedBytes = 0;
  #discardedChunks = 0;
  /** Outcomes of branches after empty rounds, and all outcomes of programs with many branches. */
  readonly #sparseMemo = new Map<number, number>();
  /** Where an empty match isn't accepted, or -1; outcomes there are kept apart. */
  #refusedEnd = -1;
  readonly #refusedMemo = new Map<number, number>();
  readonly #framePcs: number[] = [];
  readonly #framePositions: number[] = [];
  readonly #frameRounds: number[] = [];
  readonly #frameFirsts: number[] = [];
  /** Throws if there is a reason to stop. */
  readonly #look: () => void;
  #stepsUntilLook = STEPS_BETWEEN_LOOKS;

  constructor(pattern: string, program: RegexProgram, subject: string, wholeSubject: boolean, look: () => void) {
    this.#look = look;
    this.#pattern = pattern;
    this.#program = program;
    this.#subject = subject;
    this.#wholeSubject = wholeSubject;
    this.#emptyRounds = new EmptyRounds(program.emptyRoundCount);
    this.#sparse = program.branchCount > MAX_DENSE_BRANCHES;
  }

  /** Start and end of the match at `start` and then of each group; groups that took no part have -1. */
  matchAt(start: number, allowEmpty = true): Int32Array | undefined {
    this.#refusedEnd = allowEmpty ? -1 : start;
    this.#refusedMemo.clear();
    const end = this.#outcome(this.#program.entry, start, 0);
    return end === NO_MATCH ? undefined : this.#traceBounds(start, end);
  }

  /** Says that no match before `position` will be asked for. */
  forgetBefore(position: number): void {
    const keptFrom = Math.floor(position / POSITIONS_PER_CHUNK);
    for (; this.#discardedChunks < keptFrom; this.#discardedChunks++) {
      const chunk = this.#chunks[this.#discardedChunks];
      if (chunk !== undefined) this.#allocatedBytes -= chunk.byteLength;
      this.#chunks[this.#discardedChunks] = undefined;
    }
  }

  #memoryError(): PosixRegexError {
    return new PosixRegexError("memory limit", this.#pattern, `the subject has ${this.#subject.length} bytes`);
  }

  #recall(pc: number, position: number, rounds: number): number {
    const { branchIndex, branchCount } = this.#program;
    const branch = branchIndex[pc] as number;
    if (position === this.#refusedEnd) return this.#refusedMemo.get(branch * COMBINATIONS + rounds) ?? UNKNOWN;
    if (this.#sparse || rounds !== 0)
      return this.#sparseMemo.get((position * branchCount + branch) * COMBINATIONS + rounds) ?? UNKNOWN;
    const chunk = this.#chunks[Math.floor(position / POSITIONS_PER_CHUNK)];
    if (chunk === undefined) return UNKNOWN;
    return (chunk[(position % POSITIONS_PER_CHUNK) * branchCount + branch] as number) - STORED_OFFSET;
  }

  #remember(pc: number, position: number, rounds: number, outcome: number): void {
    const { branchIndex, branchCount } = this.#program;
    const branch = branchIndex[pc] as number;
    if (position === this.#refusedEnd) this.#refusedMemo.set(branch * COMBINATIONS + rounds, outcome);
    else if (this.#sparse || rounds !== 0) {
      if (this.#sparseMemo.size >= MAX_SPARSE_ENTRIES) throw this.#memoryError();
      this.#sparseMemo.set((position * branchCount + branch) * COMBINATIONS + rounds, outcome);
    } else {
      const chunkIndex = Math.floor(position / POSITIONS_PER_CHUNK);
      let chunk = this.#chunks[chunkIndex];
      if (chunk === undefined) {
        chunk = new Int32Array(POSITIONS_PER_CHUNK * branchCount);
        this.#allocatedBytes += chunk.byteLength;
        if (this.#allocatedBytes > MAX_MEMO_BYTES) throw this.#memoryError();
        this.#chunks[chunkIndex] = chunk;
      }
      chunk[(position % POSITIONS_PER_CHUNK) * branchCount + branch] = outcome + STORED_OFFSET;
    }
  }

  /** The end of the match from here on, or NO_MATCH; `rounds` is a combination of empty rounds. */
  #outcome(startPc: number, startPosition: number, startRounds: number): number {
    const { ops, next, other, argument, sets, emptyRoundIndex, forgetsRounds } = this.#program;
    const subject = this.#subject;
    const length = subject.length;
    let pc = startPc;
    let position = startPosition;
    let rounds = startRounds;
    while (true) {
      if (--this.#stepsUntilLook < 0) {
        this.#stepsUntilLook = STEPS_BETWEEN_LOOKS;
        this.#look();
      }
      let outcome = UNKNOWN;
      while (outcome === UNKNOWN) {
        switch (ops[pc]) {
          case OP_BYTE:
            if (position < length && sets[(argument[pc] as number) * 256 + subject.charCodeAt(position)] === 1) {
              position++;
              rounds = 0;
              pc = next[pc] as number;
            } else outcome = NO_MATCH;
            break;
          case OP_OPEN:
          case OP_CLOSE:
            pc = next[pc] as number;
            break;
          case OP_SUBJECT_START:
            if (position === 0) pc = next[pc] as number;
            else outcome = NO_MATCH;
            break;
          case OP_SUBJECT_END:
            if (position === length) pc = next[pc] as number;
            else outcome = NO_MATCH;
            break;
          case OP_ALTERNATIVE:
          case OP_REPEAT: {
            outcome = this.#recall(pc, position, rounds);
            if (outcome !== UNKNOWN) break;
            this.#framePcs.push(pc);
            this.#framePositions.push(position);
            this.#frameRounds.push(rounds);
            const round = emptyRoundIndex[pc] as number;
            const advanced = round < 0 ? rounds : this.#emptyRounds.advance(rounds, round);
            if (advanced < 0) {
              this.#frameFirsts.push(NO_MATCH);
              if (forgetsRounds[pc] === 1) rounds = 0;
              pc = other[pc] as number;
            } else {
              this.#frameFirsts.push(UNKNOWN);
              rounds = advanced;
              pc = next[pc] as number;
            }
            break;
          }
          default:
            outcome =
              (this.#wholeSubject && position !== length) || position === this.#refusedEnd ? NO_MATCH : position;
        }
      }

      while (true) {
        const top = this.#framePcs.length - 1;
        if (top < 0) return outcome;
        const framePc = this.#framePcs[top] as number;
        const framePosition = this.#framePositions[top] as number;
        const frameRounds = this.#frameRounds[top] as number;
        const first = this.#frameFirsts[top] as number;
        const repeats = ops[framePc] === OP_REPEAT;
        if (first === UNKNOWN) {
          const settled = repeats ? outcome !== NO_MATCH : outcome === length;
          if (!settled) {
            this.#frameFirsts[top] = outcome;
            pc = other[framePc] as number;
            position = framePosition;
            rounds = repeats && forgetsRounds[framePc] === 1 ? 0 : frameRounds;
            break;
          }
        } else if (!repeats && first >= outcome) outcome = first;
        this.#remember(framePc, framePosition, frameRounds, outcome);
        this.#framePcs.pop();
        this.#framePositions.pop();
        this.#frameRounds.pop();
        this.#frameFirsts.pop();
      }
    }
  }

  /** Follows the way whose outcome is `end`, noting where groups begin and end. */
  #traceBounds(start: number, end: number): Int32Array {
    const { ops, next, other, argument, emptyRoundIndex, forgetsRounds, groupCount, entry } = this.#program;
    const bounds = new Int32Array(2 * (groupCount + 1)).fill(-1);
    bounds[0] = start;
    bounds[1] = end;
    let pc = entry;
    let position = start;
    let rounds = 0;
    while (true) {
      switch (ops[pc]) {
        case OP_BYTE:
          position++;
          rounds = 0;
          pc = next[pc] as number;
          break;
        case OP_OPEN:
          bounds[2 * (argument[pc] as number)] = position;
          pc = next[pc] as number;
          break;
        case OP_CLOSE:
          bounds[2 * (argument[pc] as number) + 1] = position;
          pc = next[pc] as number;
          break;
        case OP_SUBJECT_START:
        case OP_SUBJECT_END:
          pc = next[pc] as number;
          break;
        case OP_ALTERNATIVE:
          pc = (this.#outcome(next[pc] as number, position, rounds) === end ? next[pc] : other[pc]) as number;
          break;
        case OP_REPEAT: {
          const round = emptyRoundIndex[pc] as number;
          const advanced = round < 0 ? rounds : this.#emptyRounds.advance(rounds, round);
          if (advanced >= 0 && this.#outcome(next[pc] as number, position, advanced) !== NO_MATCH) {
            rounds = advanced;
            pc = next[pc] as number;
          } else {
            if (forgetsRounds[pc] === 1) rounds = 0;
            pc = other[pc] as number;
          }
          break;
        }
        default:
          return bounds;
      }
    }
  }
}
