import type { PositionTable } from "./syntax/position-table.ts";
import { decodeByteString } from "./values/byte-string.ts";
import type { NixError, NixErrorKind } from "./values/nix-error.ts";

/** A place in a source text. */
export interface ErrorPosition {
  readonly file: string;
  /** From 1; columns count bytes. */
  readonly line: number;
  readonly column: number;
  /** The source line itself. */
  readonly lineText: string;
}

export interface ErrorFrame {
  readonly text: string;
  readonly position: ErrorPosition | undefined;
}

/** How an evaluation failed, for whoever asked for it. `message` is the one line without position. */
export class EvaluationError extends Error {
  readonly kind: NixErrorKind;
  readonly position: ErrorPosition | undefined;
  readonly suggestions: readonly string[];
  /** Innermost first. */
  readonly frames: readonly ErrorFrame[];

  constructor(error: NixError, positions: PositionTable) {
    super(decodeByteString(error.message));
    this.name = "EvaluationError";
    this.kind = error.kind;
    this.position = errorPosition(error.position, positions);
    this.suggestions = error.suggestions.map(decodeByteString);
    this.frames = error.frames.map((frame) => ({
      text: decodeByteString(frame.text),
      position: errorPosition(frame.position, positions),
    }));
  }

  /** As Nix prints it: message, place, source line; with `showTrace` also what led there. */
  format({ showTrace }: { readonly showTrace: boolean }): string {
    let text = `error: ${this.message}`;
    if (this.position !== undefined) text += `\n\n${formatPosition(this.position)}`;
    if (this.suggestions.length > 0) text += `\n\n       Did you mean ${joinSuggestions(this.suggestions)}?`;
    if (!showTrace) return text;
    for (const frame of this.frames) {
      text += `\n\n       … ${frame.text}`;
      if (frame.position !== undefined) text += `\n\n${formatPosition(frame.position)}`;
    }
    return text;
  }
}

function errorPosition(position: number, positions: PositionTable): ErrorPosition | undefined {
  const found = positions.resolve(position);
  if (found === undefined) return undefined;
  return {
    file: decodeByteString(found.source.name),
    line: found.line,
    column: found.column,
    lineText: decodeByteString(found.source.lineText(found.line) ?? ""),
  };
}

function formatPosition({ file, line, column, lineText }: ErrorPosition): string {
  const number = String(line).padStart(12);
  return [
    `       at ${file}:${line}:${column}:`,
    "",
    `${number} |${lineText === "" ? "" : ` ${lineText}`}`.replace(" |", "|"),
    `${" ".repeat(13)}| ${" ".repeat(Math.max(0, column - 1))}^`,
  ].join("\n");
}

function joinSuggestions(names: readonly string[]): string {
  if (names.length <= 1) return names.join("");
  return `one of ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
