import { createFileSystemView, Directory, type DirectoryPutter, type NamedNode, type Node } from "@tvix-mesh/castore";
import { byteStringFromBytes } from "@tvix-mesh/eval";
import type { FixedOutputMethod } from "@tvix-mesh/nix-compat";
import type { CallOptions } from "@tvix-mesh/service";
import { addNode, type StoreServices } from "@tvix-mesh/store";

/** A copy of something in the store, under a store path of its own. Plain data: it crosses threads. */
export interface CopyRequest {
  /** A byte string. */
  readonly path: string;
  readonly name: string;
  readonly method: FixedOutputMethod;
  /** Paths below it such as `a/b`, byte strings; undefined for everything. */
  readonly included: ReadonlySet<string> | undefined;
}

/** The tree without what isn't included. */
async function prune(
  services: StoreServices,
  node: Node,
  included: ReadonlySet<string>,
  options: CallOptions,
): Promise<Node> {
  if (node.kind !== "directory") return node;
  const view = createFileSystemView(services);
  async function visit(directory: Node, prefix: string, putter: DirectoryPutter): Promise<Node> {
    if (directory.kind !== "directory") return directory;
    const kept: NamedNode[] = [];
    for (const { name, node: entry } of (await view.directory(directory, options)).entries) {
      const path = prefix + byteStringFromBytes(name);
      if (included.has(path)) kept.push({ name, node: await visit(entry, `${path}/`, putter) });
    }
    const pruned = Directory.of(kept);
    await putter.put(pruned);
    return pruned.toNode();
  }
  await using putter = await services.directories.openPutter(options);
  const root = await visit(node, "", putter);
  await putter.close();
  return root;
}

/** Gives a part of the store, whose node is known, a store path of its own. */
export async function copyWithinStore(
  services: StoreServices,
  node: Node,
  { name, method, included }: CopyRequest,
  options: CallOptions,
): Promise<{ readonly storePath: string; readonly sha256: Uint8Array }> {
  const wanted = included ? await prune(services, node, included, options) : node;
  // A flat copy is of the bytes alone.
  const copied: Node = method === "flat" && wanted.kind === "file" ? { ...wanted, executable: false } : wanted;
  const { storePath, narSha256, ca } = await addNode(services, name, copied, { ...options, method });
  return { storePath: storePath.absolute(), sha256: method === "flat" && ca ? ca.hash.digest : narSha256 };
}
