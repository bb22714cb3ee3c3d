import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { ByteRange } from "./blob-service/blob-service.ts";
import type { CastoreServices } from "./castore-services.ts";
import type { Directory } from "./directory.ts";
import { displayBytes } from "./display-bytes.ts";
import type { DirectoryNode, FileNode, Node } from "./node.ts";
import { joinPath, splitPath } from "./path-bytes.ts";

/** An entry of a tree. The path is relative to where the walk began, and empty for that itself. */
export interface WalkEntry {
  readonly path: Uint8Array;
  readonly node: Node;
}

/** Trees as one would see them mounted. Symbolic links are never followed. What a node refers to and isn't there is `not-found`. */
export interface FileSystemView {
  /** The node at `path` below `root`, which is itself at the empty path; `undefined` if there is none. */
  lookup(root: Node, path: string | Uint8Array, options?: CallOptions): Promise<Node | undefined>;
  /** The directory that a node refers to. */
  directory(node: DirectoryNode, options?: CallOptions): Promise<Directory>;
  /** A file's contents, or a range of them. */
  read(node: FileNode, range?: ByteRange, options?: CallOptions): AsyncIterable<Uint8Array>;
  /** Everything from `root` on, a directory before what it lists, entries by their names' bytes. */
  walk(root: Node, options?: CallOptions): AsyncIterable<WalkEntry>;
}

function partsOf(path: string | Uint8Array): readonly Uint8Array[] {
  const bytes = typeof path === "string" ? new TextEncoder().encode(path) : path;
  const parts = splitPath(bytes).filter((part) => !(part.length === 1 && part[0] === 0x2e));
  if (parts.some((part) => part.length === 2 && part[0] === 0x2e && part[1] === 0x2e))
    throw new ServiceError("invalid-argument", `Cannot look up ${displayBytes(bytes)}: it has ".." in it`);
  return parts;
}

export function createFileSystemView({ blobs, directories }: CastoreServices): FileSystemView {
  async function directory({ digest }: DirectoryNode, options?: CallOptions): Promise<Directory> {
    const found = await directories.get(digest, options);
    if (!found) throw new ServiceError("not-found", `Cannot read directory ${digest}: no such directory`);
    return found;
  }

  async function* walk(root: Node, options?: CallOptions): AsyncGenerator<WalkEntry> {
    const stack: WalkEntry[] = [{ path: new Uint8Array(), node: root }];
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      yield entry;
      if (entry.node.kind !== "directory") continue;
      const { entries } = await directory(entry.node, options);
      for (const { name, node } of entries.toReversed()) stack.push({ path: joinPath(entry.path, name), node });
    }
  }

  return {
    async lookup(root, path, options) {
      let node: Node | undefined = root;
      for (const part of partsOf(path)) {
        if (node?.kind !== "directory") return undefined;
        node = (await directory(node, options)).find(part);
      }
      return node;
    },
    directory,
    async *read(node, range, options) {
      const reader = await blobs.openRead(node.digest, { ...options, expectedSizeBytes: Number(node.size) });
      if (!reader) throw new ServiceError("not-found", `Cannot read blob ${node.digest}: no such blob`);
      yield* reader.read(range, options);
    },
    walk,
  };
}
