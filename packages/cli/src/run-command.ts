import process from "node:process";
import { observeCommand } from "./command-observer.ts";
import { ExitStatus } from "./exit-status.ts";
import { listenForInterruption } from "./interruption.ts";
import { endQuietlyWhenReaderIsGone } from "./output.ts";
import { firstError, printError } from "./print-error.ts";

/**
 * Runs a command's work and ends the process: with 0, with 1 if the work fails, with the status of an ExitStatus, or
 * with 130 or 143 if SIGINT or SIGTERM, which abort `signal`, made it fail.
 */
export async function runCommand(work: (signal: AbortSignal) => Promise<void>): Promise<never> {
  endQuietlyWhenReaderIsGone();
  const interruption = listenForInterruption();
  let status = 0;
  try {
    await work(interruption.signal);
  } catch (error) {
    const first = firstError(error);
    if (interruption.status !== undefined) status = interruption.status;
    else if (first instanceof ExitStatus) status = first.status;
    else {
      status = 1;
      printError(error);
    }
  }
  process.exit(status);
}

/** The same for a command that is the root of a trace when an exporter is configured. */
export function runTracedCommand(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<never> {
  return runCommand((signal) => observeCommand(name, () => work(signal)));
}
