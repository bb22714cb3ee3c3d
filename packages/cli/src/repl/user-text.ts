/** A text that a user has typed, and the part of it that is an expression. */
export interface UserText {
  /** How diagnostics call its source. */
  readonly source: string;
  readonly typed: string;
  /** Where the expression starts and ends in `typed`. */
  readonly start: number;
  readonly end: number;
}

/** What a session's inputs are called where a file's name would stand. */
export const replSource = "«repl»";

/** A text that is an expression as a whole. */
export function wholeText(typed: string, source: string = replSource): UserText {
  return { source, typed, start: 0, end: typed.length };
}

/** The expression alone. */
export function expressionOf({ typed, start, end }: UserText): string {
  return typed.slice(start, end);
}

/** The expression with blanks instead of what stands before it, so that its lines and byte columns are those of `typed`. */
export function blankedExpression(text: UserText): string {
  const before = text.typed
    .slice(0, text.start)
    .replace(/[^\n\t]/gu, (character) => " ".repeat(Buffer.byteLength(character)));
  return before + expressionOf(text);
}
