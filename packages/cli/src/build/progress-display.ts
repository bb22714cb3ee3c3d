import process from "node:process";
import type { LogLine, Progress } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { environment } from "@tvix-mesh/service/environment";
import { createPlainDisplay } from "./plain-display.ts";
import { createTerminalDisplay } from "./terminal-display.ts";

/** Shows on standard error how a build goes. Disposing ends it. */
export interface ProgressDisplay extends Disposable {
  progress(progress: Progress): void;
  logLine(line: LogLine): void;
  print(text: string | Uint8Array): void;
  /** Removes what isn't meant to stay. */
  end(): void;
}

/** A live line on a terminal, a line for each change elsewhere. */
export function openProgressDisplay(): ProgressDisplay {
  const isTerminal = process.stderr.isTTY && environment.get("TERM") !== "dumb";
  return isTerminal ? createTerminalDisplay(process.stderr) : createPlainDisplay(process.stderr);
}
