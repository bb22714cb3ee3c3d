import { resolve } from "node:path";
import { importPath } from "@tvix-mesh/store";
import { writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openCastore } from "./open-castore.ts";

export interface ImportOptions extends ServiceOptions {
  readonly name?: string;
}

/** `tvix store import`: adds each path and prints its store path. */
export function importPaths(paths: readonly string[], { name, ...options }: ImportOptions): Promise<never> {
  return runTracedCommand("store import", async (signal) => {
    if (name !== undefined && paths.length > 1) throw new Error(`Cannot name ${paths.length} paths "${name}"`);
    await using store = openStore(options);
    const castore = await openCastore(store);
    const services = { ...castore, pathInfos: await store.pathInfos(), narCalculation: await store.narCalculation() };
    for (const path of paths) {
      const { storePath } = await importPath(services, resolve(path), { name, signal });
      await writeOutput(`${storePath.absolute()}\n`);
    }
  });
}
