import { hashB3 } from "../b3-hasher.ts";
import type { Node } from "../node.ts";
import { joinPath } from "../path-bytes.ts";
import type { LiveDirectory } from "./live-directory.ts";
import { rootNodeId } from "./protocol.ts";

/** Something that the kernel knows. */
export interface Inode {
  /** Names it to the kernel; never given to anything else. */
  readonly id: number;
  /** What users see as its inode number: determined by its place or, for files, its contents. */
  readonly number: bigint;
  readonly content: Node | LiveDirectory;
  /** Where it was found first. */
  readonly parent: Inode | undefined;
  readonly name: Uint8Array;
}

interface Known {
  readonly inode: Inode;
  readonly key: string;
  /** How many answers have told the kernel of it that it hasn't forgotten. */
  lookups: number;
}

const rootNumber = 1n;

function firstUint64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
}

/**
 * The inode number of an entry. Files of the same contents are one inode, so that the kernel keeps their pages once;
 * the executable ones are another. Everything else is numbered by its place, as a directory can't be in two.
 */
export function inodeNumber(parent: Inode, name: Uint8Array, node: Node | LiveDirectory): bigint {
  if (node.kind === "file") {
    const ofContents = BigInt(`0x${node.digest.hex.slice(0, 16)}`);
    return BigInt.asUintN(64, (ofContents << 1n) | (node.executable ? 1n : 0n));
  }
  const place = new Uint8Array(8 + name.length);
  new DataView(place.buffer).setBigUint64(0, parent.number, true);
  place.set(name, 8);
  return firstUint64(hashB3(place).toBytes());
}

function keyOf(parent: Inode, name: Uint8Array, node: Node | LiveDirectory): string {
  if (node.kind === "file") return `${node.executable ? "x" : "-"}${node.digest.hex}/${node.size}`;
  const contents = node.kind === "directory" ? node.digest.hex : "";
  return `${parent.id}/${contents}/${Buffer.from(name).toString("latin1")}`;
}

/** What the kernel knows, for as long as it does. */
export class InodeTable {
  readonly root: Inode;
  readonly #byId = new Map<number, Known>();
  readonly #byKey = new Map<string, Known>();
  #lastId = rootNodeId;

  constructor(content: Node | LiveDirectory) {
    this.root = { id: rootNodeId, number: rootNumber, content, parent: undefined, name: new Uint8Array() };
    this.#byId.set(rootNodeId, { inode: this.root, key: "", lookups: Number.POSITIVE_INFINITY });
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): Inode | undefined {
    return this.#byId.get(id)?.inode;
  }

  /** The inode of an entry, which the kernel is told of once more. */
  remember(parent: Inode, name: Uint8Array, node: Node | LiveDirectory): Inode {
    const key = keyOf(parent, name, node);
    let known = this.#byKey.get(key);
    if (!known) {
      this.#lastId += 1;
      const number = inodeNumber(parent, name, node);
      known = {
        inode: { id: this.#lastId, number, content: node, parent, name: new Uint8Array(name) },
        key,
        lookups: 0,
      };
      this.#byKey.set(key, known);
      this.#byId.set(this.#lastId, known);
    }
    known.lookups += 1;
    return known.inode;
  }

  forget(id: number, lookups: number): void {
    const known = this.#byId.get(id);
    if (!known) return;
    known.lookups -= lookups;
    if (known.lookups > 0) return;
    this.#byId.delete(id);
    this.#byKey.delete(known.key);
  }

  /** Its path below the root, for messages. */
  path(inode: Inode): Uint8Array {
    if (!inode.parent) return Buffer.from("/");
    return joinPath(this.path(inode.parent), inode.name);
  }
}
