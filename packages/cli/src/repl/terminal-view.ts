import process from "node:process";
import { environment } from "@tvix-mesh/service/environment";
import { openProgressDisplay } from "../build/progress-display.ts";
import { renderDiagnostic } from "../diagnostics/render-diagnostic.ts";
import { reportEvents } from "../diagnostics/report-events.ts";
import { terminalPaint } from "../diagnostics/terminal-paint.ts";
import { printError } from "../print-error.ts";
import type { ReplView } from "./repl-view.ts";
import { colourValue } from "./value-colours.ts";

function shownValue(printed: Uint8Array): string | Uint8Array {
  // What isn't for people stays as it is, byte by byte.
  if (!process.stdout.isTTY) return printed;
  const text = new TextDecoder().decode(printed);
  return environment.get("NO_COLOR") ? text : colourValue(text);
}

/** Values and answers on standard output, the rest on standard error. */
export function createTerminalView(): ReplView {
  return {
    value(printed) {
      process.stdout.write(shownValue(printed));
    },
    answer(text) {
      process.stdout.write(text);
    },
    note(text) {
      process.stderr.write(text);
    },
    complain(message) {
      printError(new Error(message));
    },
    diagnose(diagnostic) {
      process.stderr.write(renderDiagnostic(diagnostic, terminalPaint));
    },
    openProgress: openProgressDisplay,
    follow: (events, handle, display) =>
      reportEvents(events, {
        handle,
        ...(display ? { print: (text: string | Uint8Array) => display.print(text) } : {}),
      }),
  };
}
