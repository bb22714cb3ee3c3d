import { renderNar } from "@tvix-mesh/store";
import { writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openCastore } from "./open-castore.ts";
import { parsePathInStore, requirePathInfo } from "./stored-path.ts";

/** `tvix store nar`: writes a store path's archive to standard output. */
export function nar(path: string, options: ServiceOptions): Promise<never> {
  return runTracedCommand("store nar", async (signal) => {
    const wanted = parsePathInStore(path);
    if (wanted.subPath !== "") throw new Error(`Cannot render ${path}: only whole store paths have an archive`);
    await using store = openStore(options);
    const { node } = await requirePathInfo(store, wanted, { signal });
    const castore = await openCastore(store);
    for await (const piece of renderNar(castore, node, { signal })) await writeOutput(piece);
  });
}
