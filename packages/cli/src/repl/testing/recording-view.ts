import { stripVTControlCharacters } from "node:util";
import type { ProgressDisplay } from "../../build/progress-display.ts";
import { type Paint, renderDiagnostic } from "../../diagnostics/render-diagnostic.ts";
import { reportEvents } from "../../diagnostics/report-events.ts";
import type { ReplView } from "../repl-view.ts";

/** A view that keeps what a user would see, standard output and standard error in one. */
export interface RecordingView extends ReplView {
  /** What was shown since the last time. */
  take(): string;
}

const plain: Paint = {
  hasColours: false,
  error: (text) => text,
  warning: (text) => text,
  location: (text) => text,
  faint: (text) => text,
};

/** Without colours, whatever runs the test. */
function uncoloured(text: string | Uint8Array): string {
  const shown = typeof text === "string" ? text : new TextDecoder().decode(text);
  return stripVTControlCharacters(shown);
}

export function createRecordingView(): RecordingView {
  let shown = "";
  const print = (text: string | Uint8Array) => {
    shown += uncoloured(text);
  };
  const display: ProgressDisplay = {
    progress: ({ step, derivationPath }) => print(`step ${step} of ${derivationPath}\n`),
    logLine: ({ line }) => print(`log: ${new TextDecoder().decode(line)}\n`),
    print,
    end: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
  return {
    value: print,
    answer: print,
    note: print,
    complain: (message) => print(`error: ${message}\n`),
    diagnose: (diagnostic) => print(renderDiagnostic(diagnostic, plain)),
    openProgress: () => display,
    follow: (events, handle) => reportEvents(events, { print, handle }),
    take() {
      const taken = shown;
      shown = "";
      return taken;
    },
  };
}
