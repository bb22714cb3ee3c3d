/** Why a text is no JSON, and where: line and column count bytes from 1. */
export class JsonParseError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(reason: string, text: string, offset: number) {
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    const column = offset - before.lastIndexOf("\n");
    super(`Cannot parse JSON: ${reason} at line ${line}, column ${column}`);
    this.name = "JsonParseError";
    this.line = line;
    this.column = column;
  }
}
