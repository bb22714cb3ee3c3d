import { type Command, InvalidArgumentError } from "commander";
import type { TraceOptions } from "../trace/trace.ts";

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0 && seconds <= 3600)) throw new InvalidArgumentError("expected a number of seconds.");
  return seconds;
}

/** Defines `tvix trace`. */
export function defineTrace(command: Command): void {
  command
    .argument("[ID]", "a trace's id; the trace that began last is the default", "latest")
    .option("--url <url>", "collector of tvix up (default: $OTEL_EXPORTER_OTLP_ENDPOINT, or http://127.0.0.1:4318)")
    .option("--list", "list the traces instead")
    .option("--full", "print each span; otherwise both ends of a call, and siblings that look the same, are one line")
    .option("--json", "print the trace as JSON")
    .option("--wait <seconds>", "how long to wait for the trace's last spans", parseSeconds, 5)
    .action(async (id: string, options: TraceOptions) => {
      const { trace } = await import("../trace/trace.ts");
      await trace(id, options);
    });
}
