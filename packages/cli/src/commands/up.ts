import { seconds, wholeNumber } from "@tvix-mesh/service/option-values";
import type { Command } from "commander";
import type { UpOptions } from "../up/up.ts";
import { addExamples } from "./add-examples.ts";

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Defines `tvix up`. */
export function defineUp(command: Command): void {
  addExamples(command, "tvix up", "tvix up --memory --ports 0", "tvix up --data /var/lib/tvix-mesh --log-format json")
    .option(
      "--data <dir>",
      "directory for what is kept (default: $XDG_DATA_HOME/tvix-mesh, or ~/.local/share/tvix-mesh)",
    )
    .option("--memory", "keep everything in memory, nothing after the mesh ends")
    .option(
      "--ports <first>",
      "first of the ports, 0 for any free ones (default: 8001 to 8005, 9000)",
      wholeNumber(0, 65_000),
    )
    .option("--no-traces", "don't collect traces; they never are with OTEL_EXPORTER_OTLP_ENDPOINT set")
    .option("--keep-traces <count>", "how many traces to keep in memory", wholeNumber(0, 100_000), 100)
    .option("--drain-timeout <seconds>", "how long calls under way may take at the end", seconds, 30)
    .addOption(command.createOption("--log-level <level>", "least severe lines to log").choices(levels).default("info"))
    .addOption(command.createOption("--log-format <format>", "how to log").choices(["text", "json"]).default("text"))
    .action(async (options: UpOptions) => {
      const { up } = await import("../up/up.ts");
      await up(options);
    });
}
