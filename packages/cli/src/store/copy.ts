import { lstat, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { exportTree } from "@tvix-mesh/castore";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openCastore } from "./open-castore.ts";
import { findStoredNode } from "./stored-node.ts";

/** `tvix store copy`: writes a tree to a place where nothing may be yet. After a failure nothing is left there. */
export function copy(path: string, destination: string, options: ServiceOptions): Promise<never> {
  return runTracedCommand("store copy", async (signal) => {
    const target = resolve(destination);
    if (await lstat(target).catch(() => undefined))
      throw new Error(`Cannot write ${target}: there is something already`);
    await using store = openStore(options);
    const { node } = await findStoredNode(store, path, { signal });
    try {
      await exportTree(node, target, await openCastore(store), { signal });
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw error;
    }
  });
}
