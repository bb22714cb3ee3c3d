import { writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";

/** `tvix store list`: prints the store paths that are there, in no particular order. */
export function list(options: ServiceOptions): Promise<never> {
  return runTracedCommand("store list", async (signal) => {
    await using store = openStore(options);
    const pathInfos = await store.pathInfos();
    for await (const { storePath } of pathInfos.list({ signal })) await writeOutput(`${storePath.absolute()}\n`);
  });
}
