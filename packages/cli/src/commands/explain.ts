import type { Command } from "commander";
import { addExamples } from "./add-examples.ts";

/** Defines `tvix explain`. */
export function defineExplain(command: Command): void {
  addExamples(command, "tvix explain", "tvix explain E014");
  command
    .argument("[CODE...]", "codes that errors and warnings show, such as E014; without one, all are listed")
    .action(async (codes: readonly string[]) => {
      const { explain } = await import("../explain/explain.ts");
      await explain(codes);
    });
}
