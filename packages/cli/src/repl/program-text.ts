import type { ShownPosition } from "../diagnostics/render-diagnostic.ts";
import { blankedExpression, type UserText } from "./user-text.ts";

interface UserLines {
  readonly text: UserText;
  readonly firstLine: number;
  readonly lineCount: number;
}

/** What an evaluator calls a text that it was given. */
const textName = "«string»";

/**
 * An expression made of a user's texts and of what joins them. Each user's text has lines of its own, so that a position
 * in it is one in what was typed.
 */
export class ProgramText {
  #text = "";
  #lineCount = 1;
  readonly #userLines: UserLines[] = [];

  get text(): string {
    return this.#text;
  }

  /** Adds a text of no user's. */
  add(text: string): void {
    this.#text += text;
    this.#lineCount += countNewlines(text);
  }

  addUserText(text: UserText): void {
    const expression = blankedExpression(text);
    this.add("\n");
    const firstLine = this.#lineCount;
    this.add(expression);
    this.#userLines.push({ text, firstLine, lineCount: this.#lineCount - firstLine + 1 });
  }

  /** A user's text in parentheses. It must be an expression; otherwise positions in what follows may be lost. */
  addParenthesized(text: UserText): void {
    this.add("(");
    this.addUserText(text);
    this.add("\n)");
  }

  isInText(position: Pick<ShownPosition, "file">): boolean {
    return position.file === textName;
  }

  /** Where in a user's text a line of this one is; undefined if it is in none. */
  locate(line: number): Pick<ShownPosition, "file" | "line" | "sourceLine"> | undefined {
    const found = this.#userLines.find(({ firstLine, lineCount }) => line >= firstLine && line < firstLine + lineCount);
    if (!found) return undefined;
    const typedLine = line - found.firstLine + 1;
    const sourceLine = new TextEncoder().encode(found.text.typed.split("\n")[typedLine - 1]);
    return { file: found.text.source, line: typedLine, sourceLine };
  }

  /** The same where functions of this text are named with their places, as printed values name them. */
  relocatePrinted(printed: Uint8Array): Uint8Array {
    // One character a byte: a printed string needs no encoding.
    const marker = Buffer.from(`«lambda @ ${textName}:`).toString("latin1");
    const text = Buffer.from(printed).toString("latin1");
    if (!text.includes(marker)) return printed;
    const [first = "", ...others] = text.split(marker);
    const relocated = others.map((rest) => {
      const line = Number.parseInt(rest, 10);
      const place = this.locate(line);
      if (!place) return marker + rest;
      const shown = Buffer.from(`«lambda @ ${place.file}:${place.line}`).toString("latin1");
      return shown + rest.slice(String(line).length);
    });
    return Buffer.from(first + relocated.join(""), "latin1");
  }
}

function countNewlines(text: string): number {
  return text.split("\n").length - 1;
}
