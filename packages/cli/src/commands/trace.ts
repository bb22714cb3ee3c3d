import { seconds } from "@tvix-mesh/service/option-values";
import type { Command } from "commander";
import type { TraceOptions } from "../trace/trace.ts";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix trace`. */
export function defineTrace(command: Command): void {
  addExamples(command, "tvix trace", "tvix trace --list", "tvix trace --full latest")
    .argument("[ID]", "a trace's id; latest is the one that began last", "latest")
    .option("--url <url>", "collector of tvix up (default: $OTEL_EXPORTER_OTLP_ENDPOINT, or http://127.0.0.1:4318)")
    .option("--list", "list the traces instead")
    .option("--full", "print each span; otherwise both ends of a call, and siblings that look the same, are one line")
    .option("--json", "print the trace as JSON")
    .option("--wait <seconds>", "how long to wait for the trace's last spans", seconds, 5)
    .action(async (id: string, options: TraceOptions) => {
      const { trace } = await import("../trace/trace.ts");
      await trace(id, options);
    });
}
