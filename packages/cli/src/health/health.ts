import { ExitStatus } from "../exit-status.ts";
import { writeOutput } from "../output.ts";
import { printError } from "../print-error.ts";
import { runCommand } from "../run-command.ts";
import { checkGrpcHealth } from "./check-grpc-health.ts";
import { checkHttpHealth } from "./check-http-health.ts";

export interface HealthOptions {
  /** In seconds. */
  readonly timeout: number;
}

/** `http://…` may be either; a gRPC server doesn't speak HTTP/1.1, so asking for a page there fails at once. */
async function check(address: string, timeoutMs: number, signal: AbortSignal): Promise<string> {
  if (/^https?:/.test(address)) {
    const status = await checkHttpHealth(address, timeoutMs, signal);
    if (status !== undefined) return status;
  }
  return await checkGrpcHealth(address, timeoutMs, signal);
}

/** `tvix health`: prints each address and its status in the order given. */
export function health(addresses: readonly string[], options: HealthOptions): Promise<never> {
  return runCommand(async (signal) => {
    const checks = addresses.map((address) => check(address, options.timeout * 1000, signal));
    await Promise.allSettled(checks);
    let allServe = true;
    for (const [index, checked] of checks.entries()) {
      const status = await checked.catch((error: unknown) => {
        printError(error);
        return "UNREACHABLE";
      });
      if (status !== "SERVING") allServe = false;
      await writeOutput(addresses.length === 1 ? `${status}\n` : `${addresses[index]} ${status}\n`);
    }
    if (!allServe) throw new ExitStatus(1, "not all serve");
  });
}
