import { create } from "@bufbuild/protobuf";
import {
  type Directory as DirectoryMessage,
  DirectoryNodeSchema,
  DirectorySchema,
  FileNodeSchema,
  type Node as NodeMessage,
  NodeSchema,
  SymlinkNodeSchema,
} from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "./b3-digest.ts";
import { displayBytes } from "./display-bytes.ts";
import type { DirectoryNode, FileNode, NamedNode, Node, SymlinkNode } from "./node.ts";
import { checkNodeName } from "./node-name.ts";
import { checkSymlinkTarget } from "./symlink-target.ts";

interface MaybeStrange {
  readonly $unknown?: unknown;
}

/** `invalid-argument` if the message holds fields that its schema doesn't know: they would not survive re-encoding. */
export function checkNoUnknownFields(message: MaybeStrange, what: string): void {
  if (message.$unknown !== undefined)
    throw new ServiceError("invalid-argument", `Cannot read ${what}: it has unknown fields`);
}

function digestOf(name: Uint8Array, digest: Uint8Array): B3Digest {
  if (digest.length !== 32)
    throw new ServiceError(
      "invalid-argument",
      `Cannot read node ${displayBytes(name)}: its digest ${Buffer.from(digest).toString("hex") || '""'} is ${digest.length} bytes long, not 32`,
    );
  return B3Digest.fromBytes(digest);
}

type Message =
  | DirectoryMessage["directories"][number]
  | DirectoryMessage["files"][number]
  | DirectoryMessage["symlinks"][number];

function checkEntry(message: Message): void {
  checkNodeName(message.name);
  checkNoUnknownFields(message, `node ${displayBytes(message.name)}`);
}

function directoryNode(message: DirectoryMessage["directories"][number]): DirectoryNode {
  return { kind: "directory", digest: digestOf(message.name, message.digest), size: message.size };
}

function fileNode(message: DirectoryMessage["files"][number]): FileNode {
  const digest = digestOf(message.name, message.digest);
  return { kind: "file", digest, size: message.size, executable: message.executable };
}

function symlinkNode(message: DirectoryMessage["symlinks"][number]): SymlinkNode {
  checkSymlinkTarget(message.target);
  return { kind: "symlink", target: message.target };
}

/** The entries of a Directory message, list by list and in the order of the message. Names and values are checked. */
export function* entriesFromMessage(message: DirectoryMessage): Generator<readonly NamedNode[]> {
  checkNoUnknownFields(message, "directory");
  const convert = <M extends Message>(list: readonly M[], toNode: (message: M) => Node): readonly NamedNode[] =>
    list.map((entry) => {
      checkEntry(entry);
      return { name: entry.name, node: toNode(entry) };
    });
  yield convert(message.directories, directoryNode);
  yield convert(message.files, fileNode);
  yield convert(message.symlinks, symlinkNode);
}

/** A node alone. An empty name is refused unless `anonymous` nodes are legal where it stands. */
export function nodeFromMessage(message: NodeMessage, options?: { readonly anonymous?: boolean }): NamedNode {
  const { node } = message;
  checkNoUnknownFields(message, "node");
  if (node.case === undefined) throw new ServiceError("invalid-argument", "Cannot read node: its kind is not set");
  if (node.value.name.length > 0 || !options?.anonymous) checkNodeName(node.value.name);
  checkNoUnknownFields(node.value, `node ${displayBytes(node.value.name)}`);
  switch (node.case) {
    case "directory":
      return { name: node.value.name, node: directoryNode(node.value) };
    case "file":
      return { name: node.value.name, node: fileNode(node.value) };
    case "symlink":
      return { name: node.value.name, node: symlinkNode(node.value) };
  }
}

/** The message for a node. Without a name it is anonymous. */
export function nodeToMessage(node: Node, name: Uint8Array = new Uint8Array()): NodeMessage {
  switch (node.kind) {
    case "directory":
      return create(NodeSchema, {
        node: { case: "directory", value: { name, digest: node.digest.toBytes(), size: node.size } },
      });
    case "file":
      return create(NodeSchema, {
        node: {
          case: "file",
          value: { name, digest: node.digest.toBytes(), size: node.size, executable: node.executable },
        },
      });
    case "symlink":
      return create(NodeSchema, { node: { case: "symlink", value: { name, target: node.target } } });
  }
}

/** The message for a directory of `entries`, which are sorted. */
export function directoryToMessage(entries: readonly NamedNode[]): DirectoryMessage {
  const message = create(DirectorySchema);
  for (const { name, node } of entries) {
    switch (node.kind) {
      case "directory":
        message.directories.push(create(DirectoryNodeSchema, { name, digest: node.digest.toBytes(), size: node.size }));
        break;
      case "file": {
        const { size, executable } = node;
        message.files.push(create(FileNodeSchema, { name, digest: node.digest.toBytes(), size, executable }));
        break;
      }
      case "symlink":
        message.symlinks.push(create(SymlinkNodeSchema, { name, target: node.target }));
    }
  }
  return message;
}
