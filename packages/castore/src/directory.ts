import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Directory as DirectoryMessage, DirectorySchema } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "./b3-digest.ts";
import { hashB3 } from "./b3-hasher.ts";
import { compareBytes } from "./compare-bytes.ts";
import { displayBytes } from "./display-bytes.ts";
import type { DirectoryNode, NamedNode, Node } from "./node.ts";
import { directoryToMessage, entriesFromMessage } from "./node-message.ts";
import { checkNodeName } from "./node-name.ts";
import { checkSymlinkTarget } from "./symlink-target.ts";

const largestSize = 0xffff_ffff_ffff_ffffn;

function fault(reason: string): ServiceError {
  return new ServiceError("invalid-argument", `Cannot read directory: ${reason}`);
}

function sizeOf(entries: readonly NamedNode[]): bigint {
  let size = BigInt(entries.length);
  for (const { name, node } of entries) {
    if (node.kind === "symlink") continue;
    if (node.size < 0n || node.size > largestSize)
      throw fault(`the size of ${displayBytes(name)} does not fit 64 bits`);
    if (node.kind === "directory") size += node.size;
  }
  if (size > largestSize) throw fault("its size does not fit 64 bits");
  return size;
}

/** Sorted by name, each name once. */
function sorted(entries: readonly NamedNode[]): readonly NamedNode[] {
  const result = [...entries].sort((a, b) => compareBytes(a.name, b.name));
  for (const [index, entry] of result.entries()) {
    const previous = result[index - 1];
    if (previous && compareBytes(previous.name, entry.name) === 0)
      throw fault(`the name ${displayBytes(entry.name)} occurs twice`);
  }
  return result;
}

function checkAscending(list: readonly NamedNode[]): void {
  for (const [index, entry] of list.entries()) {
    const previous = list[index - 1];
    if (previous && compareBytes(previous.name, entry.name) >= 0)
      throw fault(`the name ${displayBytes(entry.name)} comes after ${displayBytes(previous.name)}`);
  }
}

/** A valid directory: immutable, its entries sorted by name over all kinds. */
export class Directory {
  readonly entries: readonly NamedNode[];
  /** How many entries lie below it, over all levels. */
  readonly size: bigint;
  readonly #bytes: Uint8Array;
  readonly digest: B3Digest;

  private constructor(entries: readonly NamedNode[]) {
    this.entries = entries;
    this.size = sizeOf(entries);
    this.#bytes = toBinary(DirectorySchema, directoryToMessage(entries));
    this.digest = hashB3(this.#bytes);
  }

  static readonly empty: Directory = new Directory([]);

  /** Takes the entries in any order. `invalid-argument` if they break a rule of directories. */
  static of(entries: Iterable<NamedNode>): Directory {
    const list = [...entries];
    for (const { name, node } of list) {
      checkNodeName(name);
      if (node.kind === "symlink") checkSymlinkTarget(node.target);
    }
    return new Directory(sorted(list));
  }

  /** `invalid-argument` if the message breaks a rule: lists not ascending, a name twice, unknown fields … */
  static fromMessage(message: DirectoryMessage): Directory {
    const lists = [...entriesFromMessage(message)];
    for (const list of lists) checkAscending(list);
    return new Directory(sorted(lists.flat()));
  }

  /** Decodes the protobuf encoding, as strictly as `fromMessage`. The bytes must not change afterwards. */
  static fromBytes(bytes: Uint8Array): Directory {
    let message: DirectoryMessage;
    try {
      message = fromBinary(DirectorySchema, bytes);
    } catch (cause) {
      throw new ServiceError("invalid-argument", `Cannot read directory: ${(cause as Error).message}`, { cause });
    }
    return Directory.fromMessage(message);
  }

  /** The canonical encoding, which the digest is over. Not to be changed. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  toMessage(): DirectoryMessage {
    return directoryToMessage(this.entries);
  }

  /** The node as which a parent lists this directory. */
  toNode(): DirectoryNode {
    return { kind: "directory", digest: this.digest, size: this.size };
  }

  find(name: Uint8Array): Node | undefined {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle]!;
      const order = compareBytes(entry.name, name);
      if (order === 0) return entry.node;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  /** The directories that it lists. */
  *children(): Generator<DirectoryNode> {
    for (const { node } of this.entries) if (node.kind === "directory") yield node;
  }
}
