import process from "node:process";
import { createInterface } from "node:readline";
import type { Completions } from "./completion.ts";
import type { ReplHistory } from "./history.ts";
import { InputInterrupted, type LineSource, type NextLine } from "./line-source.ts";

export interface TerminalLinesOptions {
  readonly history: ReplHistory;
  complete(line: string, signal: AbortSignal): Promise<Completions>;
  /** Ends the lines. */
  readonly signal: AbortSignal;
}

const prompt = "tvix> ";
const continuationPrompt = "    > ";

/** While it runs, the terminal hears no Ctrl-C. */
const completionTimeoutMs = 5_000;

/** Lines that are edited on the terminal, with history and completion. */
export function readTerminalLines({ history, complete, signal }: TerminalLinesOptions): LineSource {
  const waiting: NextLine[] = [];
  let taker: ((next: NextLine) => void) | undefined;
  const give = (next: NextLine) => {
    if (taker) taker(next);
    else waiting.push(next);
    taker = undefined;
  };
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    history: [...history.lines],
    historySize: history.lines.length + 1_000,
    removeHistoryDuplicates: true,
    completer(line: string, answer: (error: null, completions: [string[], string]) => void) {
      void complete(line, AbortSignal.timeout(completionTimeoutMs)).then(({ candidates, replaced }) =>
        answer(null, [[...candidates], replaced]),
      );
    },
  });
  terminal.on("line", (text) => {
    history.add(text);
    give({ kind: "line", text });
  });
  terminal.on("SIGINT", () => {
    terminal.write(null, { ctrl: true, name: "e" });
    process.stdout.write("^C\n");
    terminal.write(null, { ctrl: true, name: "u" });
    give({ kind: "interruption" });
  });
  terminal.on("close", () => {
    // The prompt is left behind.
    if (taker) process.stdout.write("\n");
    give({ kind: "end" });
  });
  signal.addEventListener("abort", () => terminal.close(), { once: true });

  return {
    next({ isContinuation }) {
      const next = waiting.shift();
      if (next) return Promise.resolve(next);
      terminal.setPrompt(isContinuation ? continuationPrompt : prompt);
      terminal.prompt(true);
      return new Promise((resolve) => {
        taker = resolve;
      });
    },
    async interruptible(work) {
      const controller = new AbortController();
      const interrupt = () => {
        // The terminal has shown ^C.
        process.stdout.write("\n");
        controller.abort(new InputInterrupted());
      };
      process.on("SIGINT", interrupt);
      // Not raw, the terminal turns Ctrl-C into the signal and keeps what is typed meanwhile.
      terminal.pause();
      process.stdin.setRawMode(false);
      try {
        return await work(AbortSignal.any([controller.signal, signal]));
      } finally {
        process.off("SIGINT", interrupt);
        process.stdin.setRawMode(true);
      }
    },
    [Symbol.dispose]: () => terminal.close(),
  };
}
