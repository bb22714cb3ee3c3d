import process from "node:process";
import { inspect, styleText } from "node:util";
import { environment } from "@tvix-mesh/service/environment";

/** Prints `error: message` on standard error; with TVIX_DEBUG set, stack and causes too. */
export function printError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${styleText(["bold", "red"], "error:", { stream: process.stderr })} ${message}\n`);
  if (environment.get("TVIX_DEBUG")) process.stderr.write(`${inspect(error)}\n`);
}
