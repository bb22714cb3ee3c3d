import process from "node:process";
import type { Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { ExitStatus } from "../exit-status.ts";
import { renderDiagnostic } from "./render-diagnostic.ts";
import { terminalPaint } from "./terminal-paint.ts";

export interface EventReport {
  /** Writes to standard error; the default writes straight. */
  readonly print?: Print;
  /** What happens at the events that are neither warning, trace nor diagnostic. */
  handle(event: Event): Promise<void> | void;
}

function traceLine(line: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from("trace: "), line, Buffer.from("\n")]);
}

type Print = (text: string | Uint8Array) => void;

const printStraight: Print = (text) => process.stderr.write(text);

/** Prints a warning or a trace; false for every other event. */
export function reportNotice({ event }: Event, print: Print = printStraight): boolean {
  if (event.case === "warning") print(renderDiagnostic(event.value, terminalPaint));
  else if (event.case === "traceLine") print(traceLine(event.value.line));
  else return false;
  return true;
}

/**
 * Consumes an evaluator's events and prints its warnings, traces and diagnostics. An ExitStatus of 1 if the stream
 * fails after a diagnostic has said why; otherwise the stream's own error.
 */
export async function reportEvents(events: AsyncIterable<Event>, report: EventReport): Promise<void> {
  const { print = printStraight } = report;
  let failure: string | undefined;
  try {
    for await (const message of events) {
      const { event } = message;
      if (reportNotice(message, print)) continue;
      if (event.case === "diagnostic") {
        print(renderDiagnostic(event.value, terminalPaint));
        failure = event.value.message;
      } else await report.handle(message);
    }
  } catch (error) {
    throw failure === undefined ? error : new ExitStatus(1, failure);
  }
  if (failure !== undefined) throw new ExitStatus(1, failure);
}
