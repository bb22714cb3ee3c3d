import { type Command, InvalidArgumentError } from "commander";
import type { HealthOptions } from "../health/health.ts";

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600)) throw new InvalidArgumentError("expected a number of seconds.");
  return seconds;
}

/** Defines `tvix health`. */
export function defineHealth(command: Command): void {
  command
    .argument("<ADDRESS...>", "for example grpc+http://127.0.0.1:8001, grpc+unix:///path or, for nar-bridge, http://…")
    .option("--timeout <seconds>", "how long each may take to answer", parseSeconds, 5)
    .addHelpText("after", "\nEnds with 0 if all of them serve, and with 1 otherwise.")
    .action(async (addresses: readonly string[], options: HealthOptions) => {
      const { health } = await import("../health/health.ts");
      await health(addresses, options);
    });
}
