import process from "node:process";
import { observeCommand } from "./command-observer.ts";
import { ExitStatus } from "./exit-status.ts";
import { type EndingSignal, listenForInterruption } from "./interruption.ts";
import { endQuietlyWhenReaderIsGone } from "./output.ts";
import { firstError, printError } from "./print-error.ts";

export interface RunOptions {
  /** The signals that interrupt the command; another is handled by its work, or ends the process at once. */
  readonly signals?: readonly EndingSignal[];
}

/**
 * Runs a command's work and ends the process: with 0, with 1 if the work fails, with the status of an ExitStatus, or
 * with 130 or 143 if SIGINT or SIGTERM, which abort `signal`, made it fail.
 */
export async function runCommand(
  work: (signal: AbortSignal) => Promise<void>,
  { signals = ["SIGINT", "SIGTERM"] }: RunOptions = {},
): Promise<never> {
  endQuietlyWhenReaderIsGone();
  const interruption = listenForInterruption(signals);
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
export function runTracedCommand(
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
  options?: RunOptions,
): Promise<never> {
  return runCommand((signal) => observeCommand(name, () => work(signal)), options);
}
