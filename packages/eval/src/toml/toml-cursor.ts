import { TomlError } from "./toml-error.ts";

export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** Where the parser is in a text of bytes. */
export class TomlCursor {
  readonly text: string;
  at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The byte here; NaN at the end. */
  get code(): number {
    return this.text.charCodeAt(this.at);
  }

  /** Goes behind `text` if that is what is here. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(`expected '${text}'`);
  }

  /** What a sticky expression matches here, and goes behind it. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  skipBlanks(): void {
    while (this.code === 0x20 || this.code === 0x09) this.at++;
  }

  /** Goes behind a line's end; false if there is none here. */
  takeLineEnd(): boolean {
    return this.take("\n") || this.take("\r\n");
  }

  /** Goes behind blanks and a comment. */
  skipBlanksAndComment(): void {
    this.skipBlanks();
    if (this.text[this.at] !== "#") return;
    for (this.at++; !this.isAtEnd && this.code !== lineFeed; this.at++) {
      if (this.code === carriageReturn && this.text.charCodeAt(this.at + 1) === lineFeed) return;
      if (isControl(this.code)) this.fail("a comment has a control character");
    }
  }

  /** Goes behind blanks, comments and ends of lines. */
  skipLines(): void {
    do this.skipBlanksAndComment();
    while (this.takeLineEnd());
  }

  fail(reason: string, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    throw new TomlError(`line ${line}, column ${column}: ${reason}`);
  }
}

/** Whether neither strings nor comments may have that byte as it is. */
export function isControl(code: number): boolean {
  return (code < 0x20 && code !== 0x09) || code === 0x7f;
}
