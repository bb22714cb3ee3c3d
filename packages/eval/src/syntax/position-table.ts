/** A parsed text. `base` is the position number of its first byte. */
export class SourceFile {
  /** Path, or a word such as `(string)`. */
  readonly name: string;
  readonly text: string;
  readonly base: number;
  #lineStarts: number[] | undefined;

  constructor(name: string, text: string, base: number) {
    this.name = name;
    this.text = text;
    this.base = base;
    this.#lineStarts = undefined;
  }

  /** Line and column of an offset, both from 1; columns count bytes. */
  locate(offset: number): { line: number; column: number } {
    const starts = this.#lines();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** The text of a line, without its end; undefined if there is no such line. */
  lineText(line: number): string | undefined {
    const starts = this.#lines();
    const start = starts[line - 1];
    // Behind the last line end there is no line.
    if (start === undefined || (start >= this.text.length && line > 1)) return undefined;
    const end = starts[line] ?? this.text.length + 1;
    return this.text.slice(start, end).replace(/[\r\n]+$/, "");
  }

  #lines(): number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = 0; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 10) starts.push(at + 1);
      else if (code === 13 && this.text.charCodeAt(at + 1) !== 10) starts.push(at + 1);
    }
    this.#lineStarts = starts;
    return starts;
  }
}

export interface SourcePosition {
  readonly source: SourceFile;
  readonly line: number;
  readonly column: number;
}

/** Numbers every byte of every parsed text, so that a position is one small integer. 0 is no position. */
export class PositionTable {
  /** Ascending by `base`. */
  #sources: SourceFile[] = [];
  #next = 1;

  add(name: string, text: string): SourceFile {
    const source = new SourceFile(name, text, this.#next);
    this.#sources.push(source);
    this.#next += text.length + 1;
    return source;
  }

  /** Forgets texts that nothing refers to any more; their numbers are not given out again. */
  remove(removed: ReadonlySet<SourceFile>): void {
    if (removed.size > 0) this.#sources = this.#sources.filter((source) => !removed.has(source));
  }

  resolve(position: number): SourcePosition | undefined {
    let low = 0;
    let high = this.#sources.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#sources[middle] as SourceFile).base <= position) low = middle;
      else high = middle - 1;
    }
    const source = this.#sources[low];
    const offset = source === undefined ? -1 : position - source.base;
    if (source === undefined || offset < 0 || offset > source.text.length) return undefined;
    return { source, ...source.locate(offset) };
  }
}
