import type { NamedNode, Node } from "@tvix-mesh/castore";
import { writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { findStoredNode, type StoredNode } from "./stored-node.ts";

export interface ListTreeOptions extends ServiceOptions {
  readonly long?: true;
  readonly recursive?: true;
}

const sizeWidth = 12;

/** Mode and size as nix store ls -l shows them: what is in a store is read-only. */
function details(node: Node): string {
  switch (node.kind) {
    case "directory":
      return `dr-xr-xr-x ${"0".padStart(sizeWidth)} `;
    case "file":
      return `${node.executable ? "-r-xr-xr-x" : "-r--r--r--"} ${String(node.size).padStart(sizeWidth)} `;
    case "symlink":
      return `lrwxrwxrwx ${"0".padStart(sizeWidth)} `;
  }
}

/** Names and targets are written as the bytes that they are. */
function toLine({ name, node }: NamedNode, long: boolean): Uint8Array {
  if (!long) return Buffer.concat([name, Buffer.from("\n")]);
  const target = node.kind === "symlink" ? [Buffer.from(" -> "), node.target] : [];
  return Buffer.concat([Buffer.from(details(node)), name, ...target, Buffer.from("\n")]);
}

async function* entriesOf({ node, view }: StoredNode, path: string, options: ListTreeOptions, signal: AbortSignal) {
  if (node.kind !== "directory") {
    yield { name: Buffer.from(path.slice(path.lastIndexOf("/") + 1)), node };
    return;
  }
  if (!options.recursive) {
    yield* (await view.directory(node, { signal })).entries;
    return;
  }
  for await (const entry of view.walk(node, { signal }))
    if (entry.path.length > 0) yield { name: entry.path, node: entry.node };
}

/** `tvix store ls`: prints what a directory lists, or a file itself. */
export function listTree(path: string, options: ListTreeOptions): Promise<never> {
  return runTracedCommand("store ls", async (signal) => {
    await using store = openStore(options);
    const found = await findStoredNode(store, path, { signal });
    for await (const entry of entriesOf(found, path, options, signal))
      await writeOutput(toLine(entry, options.long ?? false));
  });
}
