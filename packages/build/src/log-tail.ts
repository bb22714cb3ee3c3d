/** A status message travels in a header, whose size clients limit to 8 KiB after escaping. */
const mostBytes = 2048;
const mostLines = 25;

/** The last lines of a log, as many as fit into a status message. */
export class LogTail {
  readonly #lines: string[] = [];
  #bytes = 0;

  add(line: Uint8Array): void {
    const shown = Buffer.from(line.subarray(0, mostBytes)).toString("utf8");
    this.#lines.push(shown);
    this.#bytes += Buffer.byteLength(shown) + 1;
    while (this.#lines.length > mostLines || (this.#bytes > mostBytes && this.#lines.length > 1))
      this.#bytes -= Buffer.byteLength(this.#lines.shift() ?? "") + 1;
  }

  /** `message`, followed by the lines if there are any. */
  appendTo(message: string): string {
    return this.#lines.length === 0 ? message : `${message}; last log lines:\n${this.#lines.join("\n")}`;
  }
}
