/**
 * What went wrong, for programs: `throw` and `assertion` and `search-path` can be caught by tryEval, nothing else can.
 */
export type NixErrorKind =
  | "parse"
  | "undefined-variable"
  | "undefined-with-variable"
  | "throw"
  | "assertion"
  | "search-path"
  | "abort"
  | "type"
  | "incomparable"
  | "not-callable"
  | "coercion"
  | "missing-attribute"
  | "missing-argument"
  | "unexpected-argument"
  | "infinite-recursion"
  | "stack-overflow"
  | "time-limit"
  | "memory-limit"
  | "integer-overflow"
  | "division-by-zero"
  | "duplicate-attribute"
  | "index"
  | "file"
  | "relative-path"
  | "restricted"
  | "experimental-feature"
  | "unsupported"
  | "unexpected-context"
  | "regular-expression"
  | "hash-algorithm"
  | "json"
  | "no-json"
  | "toml"
  | "derivation"
  | "store"
  | "fetch"
  | "evaluation";

/** One line of the trace: what was being done, and where (0: nowhere). */
export interface TraceFrame {
  readonly text: string;
  readonly position: number;
}

const catchableKinds: ReadonlySet<NixErrorKind> = new Set(["throw", "assertion", "search-path"]);

const maxFrames = 2000;

/**
 * An error of the program under evaluation. Thrown as it is, and no `Error`: capturing a JS stack costs more than most
 * evaluations that fail on purpose. Positions are numbers of the evaluator's PositionTable, 0 for none.
 */
export class NixError {
  readonly kind: NixErrorKind;
  /** Byte string. */
  readonly message: string;
  position: number;
  /** Other names that the program may have meant. */
  readonly suggestions: readonly string[];
  /** Innermost first. */
  readonly frames: TraceFrame[] = [];

  constructor(kind: NixErrorKind, message: string, position = 0, suggestions: readonly string[] = []) {
    this.kind = kind;
    this.message = message;
    this.position = position;
    this.suggestions = suggestions;
  }

  get isCatchable(): boolean {
    return catchableKinds.has(this.kind);
  }

  addFrame(text: string, position: number): void {
    if (this.frames.length < maxFrames) this.frames.push({ text, position });
  }
}
