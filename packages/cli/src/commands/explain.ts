import type { Command } from "commander";

/** Defines `tvix explain`. */
export function defineExplain(command: Command): void {
  command
    .argument("[CODE...]", "codes that errors and warnings show, such as E014; without one, all are listed")
    .action(async (codes: readonly string[]) => {
      const { explain } = await import("../explain/explain.ts");
      await explain(codes);
    });
}
