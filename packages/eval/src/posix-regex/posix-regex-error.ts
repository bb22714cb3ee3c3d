/** A pattern that can't be compiled or run. `memory limit` patterns are valid, but too large. */
export class PosixRegexError extends Error {
  readonly pattern: string;

  constructor(kind: "invalid" | "memory limit", pattern: string, reason: string) {
    const complaint = kind === "invalid" ? "invalid regular expression" : "memory limit exceeded by regular expression";
    super(`${complaint} '${pattern}': ${reason}`);
    this.name = "PosixRegexError";
    this.pattern = pattern;
  }
}
