import process from "node:process";
import { inspect, styleText } from "node:util";
import { environment } from "@tvix-mesh/service/environment";

/** What went wrong first: an error that came while another one was on its way out wraps that. */
export function firstError(error: unknown): unknown {
  return error instanceof SuppressedError ? firstError(error.suppressed) : error;
}

/** Prints `error: message` on standard error; with TVIX_DEBUG set, stack and causes too. */
export function printError(error: unknown): void {
  const first = firstError(error);
  const message = first instanceof Error ? first.message : String(first);
  process.stderr.write(`${styleText(["bold", "red"], "error:", { stream: process.stderr })} ${message}\n`);
  if (environment.get("TVIX_DEBUG")) process.stderr.write(`${inspect(error)}\n`);
}

/** Prints `warning: message` on standard error. */
export function printWarning(message: string): void {
  process.stderr.write(`${styleText(["bold", "yellow"], "warning:", { stream: process.stderr })} ${message}\n`);
}
