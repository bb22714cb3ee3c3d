import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import type { Progress } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { derivationName } from "../derivation-name.ts";
import { printableLine } from "./printable-line.ts";
import type { ProgressDisplay } from "./progress-display.ts";

const eraseLine = "\r\x1b[K";
const buildStarted = 1;

/** For terminals that don't say how wide they are. */
const defaultColumns = 80;

/** `[2/5 done, 1 running] website-app, …`, no wider than the terminal. */
function describe(progress: Progress, running: Iterable<string>, columns: number): string {
  const { done, expected } = progress;
  const text = `[${done}/${expected} done, ${progress.running} running] ${[...running].join(", ")}`;
  return text.length < columns ? text : `${text.slice(0, Math.max(columns - 2, 0))}…`;
}

/** Keeps one live line below everything else that is written. */
export function createTerminalDisplay(terminal: WriteStream): ProgressDisplay {
  const running = new Map<string, string>();
  let line = "";
  const print = (text: string | Uint8Array) => {
    if (line !== "") terminal.write(eraseLine);
    terminal.write(text);
    if (line !== "") terminal.write(line);
  };
  const end = () => {
    if (line !== "") terminal.write(eraseLine);
    line = "";
  };
  return {
    progress(progress) {
      if (progress.step === buildStarted) running.set(progress.derivationPath, derivationName(progress.derivationPath));
      else running.delete(progress.derivationPath);
      line = describe(progress, running.values(), terminal.columns || defaultColumns);
      terminal.write(eraseLine + line);
    },
    logLine({ derivationPath, line: text }) {
      const name = styleText("cyan", `${derivationName(derivationPath)}>`, { stream: terminal });
      print(`${name} ${printableLine(text)}\n`);
    },
    print,
    end,
    [Symbol.dispose]: end,
  };
}
