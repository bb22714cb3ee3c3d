import { seconds } from "@tvix-mesh/service/option-values";
import type { Command } from "commander";
import type { HealthOptions } from "../health/health.ts";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix health`. */
export function defineHealth(command: Command): void {
  addExamples(
    command,
    "tvix health grpc+http://127.0.0.1:8001 grpc+http://127.0.0.1:8002",
    "tvix health --timeout 1 http://127.0.0.1:9000",
  )
    .argument("<ADDRESS...>", "for example grpc+http://127.0.0.1:8001, grpc+unix:///path or, for nar-bridge, http://…")
    .option("--timeout <seconds>", "how long each may take to answer", seconds, 5)
    .addHelpText("after", "\nEnds with 0 if all of them serve, and with 1 otherwise.")
    .action(async (addresses: readonly string[], options: HealthOptions) => {
      const { health } = await import("../health/health.ts");
      await health(addresses, options);
    });
}
