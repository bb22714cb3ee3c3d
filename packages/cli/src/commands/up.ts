import { type Command, InvalidArgumentError } from "commander";
import type { UpOptions } from "../up/up.ts";

function parseNumber(maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > maximum) throw new InvalidArgumentError(`expected a number up to ${maximum}.`);
    return value;
  };
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Defines `tvix up`. */
export function defineUp(command: Command): void {
  command
    .option("--data <dir>", "directory for what is kept (default: the user's data directory)")
    .option("--memory", "keep everything in memory, nothing after the mesh ends")
    .option(
      "--ports <first>",
      "first of the ports, 0 for any free ones (default: 8001 to 8005, 9000)",
      parseNumber(65_000),
    )
    .option("--no-traces", "don't collect traces; they never are with OTEL_EXPORTER_OTLP_ENDPOINT set")
    .option("--keep-traces <count>", "how many traces to keep in memory", parseNumber(100_000), 100)
    .option("--drain-timeout <seconds>", "how long calls under way may take at the end", parseNumber(86_400), 30)
    .addOption(command.createOption("--log-level <level>", "least severe lines to log").choices(levels).default("info"))
    .addOption(command.createOption("--log-format <format>", "how to log").choices(["text", "json"]).default("text"))
    .action(async (options: UpOptions) => {
      const { up } = await import("../up/up.ts");
      await up(options);
    });
}
