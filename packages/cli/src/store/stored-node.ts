import { createFileSystemView, type FileSystemView, type Node } from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";
import type { OpenStore } from "../services/open-store.ts";
import { openCastore } from "./open-castore.ts";
import { parsePathInStore, requirePathInfo } from "./stored-path.ts";

/** Something in a store, and how to look into it. */
export interface StoredNode {
  readonly node: Node;
  readonly view: FileSystemView;
}

/** What is at a path in the store. Fails if there is nothing. */
export async function findStoredNode(store: OpenStore, path: string, options: CallOptions): Promise<StoredNode> {
  const wanted = parsePathInStore(path);
  const pathInfo = await requirePathInfo(store, wanted, options);
  const view = createFileSystemView(await openCastore(store));
  const node = await view.lookup(pathInfo.node, wanted.subPath, options);
  if (!node) throw new Error(`Cannot find ${path}: there is no ${wanted.subPath} in the store path`);
  return { node, view };
}
