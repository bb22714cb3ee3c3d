import type { CastoreServices, Node } from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";
import { narSteps } from "./nar-step.ts";

/** A node of an archive as `nix nar ls --json` describes it. Names and targets are read as UTF-8. */
export type NarListing =
  | { readonly type: "directory"; readonly entries: Record<string, NarListing> }
  | {
      readonly type: "regular";
      readonly size: number;
      readonly executable?: true;
      /** Where the contents begin in the archive. */
      readonly narOffset: number;
    }
  | { readonly type: "symlink"; readonly target: string };

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/** What the archive of `root` holds, and where. Reads no blob; `not-found` if a directory is missing. */
export async function listNar(
  { directories }: Pick<CastoreServices, "directories">,
  root: Node,
  options: CallOptions = {},
): Promise<NarListing> {
  const top: Record<string, NarListing> = Object.create(null);
  const open = [top];
  const add = (name: Uint8Array | undefined, listing: NarListing) => {
    open.at(-1)![text(name ?? new Uint8Array())] = listing;
  };
  for await (const step of narSteps(root, directories, undefined, options)) {
    switch (step.kind) {
      case "openDirectory": {
        const entries: Record<string, NarListing> = Object.create(null);
        add(step.name, { type: "directory", entries });
        open.push(entries);
        break;
      }
      case "closeDirectory":
        open.pop();
        break;
      case "file": {
        const { contentOffset, node } = step;
        const executable = node.executable ? { executable: true as const } : {};
        add(step.name, { type: "regular", size: Number(node.size), ...executable, narOffset: contentOffset });
        break;
      }
      case "symlink":
        add(step.name, { type: "symlink", target: text(step.target) });
        break;
    }
  }
  return top[""]!;
}
