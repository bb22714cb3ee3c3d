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
  /** The lines around it, where there are any. */
  readonly previousLine: string | undefined;
  readonly nextLine: string | undefined;
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

/** What a position stands for; undefined if it is none of those sources. */
export function errorPosition(position: number, positions: PositionTable): ErrorPosition | undefined {
  const found = positions.resolve(position);
  if (found === undefined) return undefined;
  const { source, line, column } = found;
  const lineAt = (number: number): string | undefined => {
    const text = source.lineText(number);
    return text === undefined ? undefined : decodeByteString(text);
  };
  return {
    file: decodeByteString(source.name),
    line,
    column,
    lineText: lineAt(line) ?? "",
    previousLine: lineAt(line - 1),
    nextLine: lineAt(line + 1),
  };
}

function formatPosition({ file, line, column, lineText, previousLine, nextLine }: ErrorPosition): string {
  const lines = [`       at ${file}:${line}:${column}:`, ""];
  const show = (number: number, text: string) =>
    lines.push(`${String(number).padStart(13)}|${text === "" ? "" : ` ${text}`}`);
  if (previousLine !== undefined) show(line - 1, previousLine);
  show(line, lineText);
  lines.push(`${" ".repeat(13)}| ${" ".repeat(Math.max(0, column - 1))}^`);
  if (nextLine !== undefined) show(line + 1, nextLine);
  return lines.join("\n");
}

function joinSuggestions(names: readonly string[]): string {
  if (names.length <= 1) return names.join("");
  return `one of ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
