import type { B3Digest } from "./b3-digest.ts";

/** A directory, as what refers to it sees it. `size` is the number of entries below it, over all levels. */
export interface DirectoryNode {
  readonly kind: "directory";
  readonly digest: B3Digest;
  readonly size: bigint;
}

/** A regular file. `size` is in bytes. */
export interface FileNode {
  readonly kind: "file";
  readonly digest: B3Digest;
  readonly size: bigint;
  readonly executable: boolean;
}

/** A symbolic link. The target is 1–4095 bytes without NUL. */
export interface SymlinkNode {
  readonly kind: "symlink";
  readonly target: Uint8Array;
}

/** The root of a tree, without a name: who refers to it names it. */
export type Node = DirectoryNode | FileNode | SymlinkNode;

/** A node under a name. The name is 1–255 bytes without NUL and `/`, neither `.` nor `..`, not necessarily UTF-8. */
export interface NamedNode {
  readonly name: Uint8Array;
  readonly node: Node;
}
