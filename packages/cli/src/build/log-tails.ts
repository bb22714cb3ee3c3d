import type { LogLine, Progress } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { derivationName } from "../derivation-name.ts";
import { printableLine } from "./printable-line.ts";

const tailLines = 10;

/** Values of Progress.step. As numbers, because the generated code is too slow to load for them alone. */
const succeeded = 2;
const failed = 3;

/** Keeps the last lines of each running builder's log, to show those of one that fails. */
export class LogTails {
  readonly #lines = new Map<string, string[]>();
  readonly #failed: string[] = [];

  add(line: LogLine): void {
    const lines = this.#lines.get(line.derivationPath) ?? [];
    this.#lines.set(line.derivationPath, lines);
    lines.push(printableLine(line.line));
    if (lines.length > tailLines) lines.shift();
  }

  progress({ step, derivationPath }: Progress): void {
    if (step === succeeded) this.#lines.delete(derivationPath);
    else if (step === failed) this.#failed.push(derivationPath);
  }

  /** A text for each failed builder that had written anything. */
  ofFailed(): readonly string[] {
    return this.#failed.flatMap((path) => {
      const lines = this.#lines.get(path);
      if (!lines) return [];
      const head = `last ${lines.length === 1 ? "line" : `${lines.length} lines`} of the log of ${derivationName(path)}`;
      return [`  ${head}:\n${lines.map((line) => `  > ${line}\n`).join("")}`];
    });
  }
}
