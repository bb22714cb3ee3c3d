import { writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { findStoredNode } from "./stored-node.ts";

/** `tvix store cat`: writes a file's contents to standard output. Symbolic links aren't followed. */
export function cat(path: string, options: ServiceOptions): Promise<never> {
  return runTracedCommand("store cat", async (signal) => {
    await using store = openStore(options);
    const { node, view } = await findStoredNode(store, path, { signal });
    if (node.kind === "symlink")
      throw new Error(`Cannot read ${path}: it is a symbolic link to ${Buffer.from(node.target).toString("utf8")}`);
    if (node.kind === "directory") throw new Error(`Cannot read ${path}: it is a directory`);
    for await (const piece of view.read(node, undefined, { signal })) await writeOutput(piece);
  });
}
