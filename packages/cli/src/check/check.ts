import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import type { EvaluateRequest_Format, Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { renderDiagnostic } from "../diagnostics/render-diagnostic.ts";
import { terminalPaint } from "../diagnostics/terminal-paint.ts";
import { ExitStatus } from "../exit-status.ts";
import { type LintOptions, readLints } from "../expression/lint-options.ts";
import { runCommand } from "../run-command.ts";
import { openLocalEvaluator } from "../services/open-local-evaluator.ts";
import { readStandardInput } from "../standard-input.ts";

export interface CheckOptions extends LintOptions {
  readonly denyWarnings?: boolean;
  /** Codes between commas. */
  readonly allow?: string;
}

type Source =
  | { readonly case: "text"; readonly value: Uint8Array<ArrayBuffer> }
  | { readonly case: "file"; readonly value: string };

/** As a number, because the generated code is too slow to load for it alone. */
const parseFormat = 4 satisfies EvaluateRequest_Format;

/** A file, or those with `.nix` at the end of their names below a directory; hidden directories are passed over. */
function* filesAt(path: string): Generator<string> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new Error(`Cannot check ${path}: there is no such file or directory`);
  if (!stats.isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory() && !entry.name.startsWith(".")) yield* filesAt(join(path, entry.name));
    else if (entry.isFile() && entry.name.endsWith(".nix")) yield join(path, entry.name);
}

async function sourcesOf(words: readonly string[]): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const word of words)
    if (word === "-") sources.push({ case: "text", value: await readStandardInput() });
    else for (const file of filesAt(resolve(word))) sources.push({ case: "file", value: file });
  return sources;
}

/** Counts and prints what is said of texts. */
class Findings {
  readonly #allowed: ReadonlySet<string>;
  errors = 0;
  warnings = 0;

  constructor(allow: string) {
    this.#allowed = new Set(allow.toUpperCase().split(/[\s,]+/));
  }

  take({ event }: Event): void {
    if (event.case !== "warning" && event.case !== "diagnostic") return;
    if (event.case === "warning" && this.#allowed.has(event.value.code)) return;
    if (event.case === "warning") this.warnings++;
    else this.errors++;
    process.stdout.write(renderDiagnostic(event.value, terminalPaint));
  }

  /** What ends the command if it is to fail. */
  failure(denyWarnings: boolean): ExitStatus | undefined {
    if (this.errors === 0 && !(denyWarnings && this.warnings > 0)) return undefined;
    return new ExitStatus(1, `${this.errors} errors, ${this.warnings} warnings`);
  }
}

/** `tvix check`: prints what is wrong with files, and what looks wrong in them, without evaluating them. */
export function check(words: readonly string[], options: CheckOptions): Promise<never> {
  const { denyWarnings = false, allow = "" } = options;
  return runCommand(async (signal) => {
    const findings = new Findings(allow);
    await using evaluator = openLocalEvaluator({});
    for (const source of await sourcesOf(words.length === 0 ? ["."] : words)) {
      const expression = { source, baseDir: process.cwd(), examine: true, lints: readLints(options) };
      const errorsBefore = findings.errors;
      try {
        for await (const event of evaluator.evaluate({ expression, format: parseFormat }, { signal }))
          findings.take(event);
      } catch (error) {
        // Its diagnostic has said it.
        if (findings.errors === errorsBefore) throw error;
      }
    }
    const failure = findings.failure(denyWarnings);
    if (failure) throw failure;
  });
}
