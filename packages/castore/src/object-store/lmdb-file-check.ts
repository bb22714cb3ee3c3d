import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ServiceError } from "@tvix-mesh/service";

/** The layout of LMDB's files: a head before what each page holds, its two first pages telling of the rest. */
const headBytes = 24;
const metaBytes = 136;
const magic = 0xbeefc0de;
const dataVersion = 2;
const smallestPageBytes = 512;
const largestPageBytes = 65_536;
const noPage = 0xffff_ffff_ffff_ffffn;
const pageKinds = { branch: 0x01, leaf: 0x02, overflow: 0x04, meta: 0x08 } as const;
const nodeHeadBytes = 8;
/** A value on pages of its own: the first, its transaction, how many they are. */
const isElsewhere = 0x01;
const placeBytes = 24;
const deepestTree = 32;
/** What is beyond is found damaged when it is read, or ends the process; to look at all would make starting slow. */
const mostPages = 16_384;
/** How often the file may change while it is looked at. */
const attempts = 3;

interface Tree {
  readonly depth: number;
  /** `undefined` if it is empty. */
  readonly root: number | undefined;
}

interface Meta {
  readonly pageBytes: number;
  readonly trees: readonly Tree[];
  readonly lastPage: number;
  readonly transaction: bigint;
}

function decodeTree(page: Buffer, at: number): Tree {
  const root = page.readBigUInt64LE(at + 40);
  return { depth: page.readUInt16LE(at + 6), root: root === noPage ? undefined : Number(root) };
}

function decodeMeta(page: Buffer): Meta | undefined {
  if (page.length < headBytes + metaBytes || page.readUInt16LE(18) !== pageKinds.meta) return undefined;
  if (page.readUInt32LE(headBytes) !== magic || page.readUInt32LE(headBytes + 4) !== dataVersion) return undefined;
  const pageBytes = page.readUInt32LE(headBytes + 24);
  const isPowerOfTwo = (pageBytes & (pageBytes - 1)) === 0;
  if (!isPowerOfTwo || pageBytes < smallestPageBytes || pageBytes > largestPageBytes) return undefined;
  return {
    pageBytes,
    trees: [decodeTree(page, headBytes + 24), decodeTree(page, headBytes + 72)],
    lastPage: Number(page.readBigUInt64LE(headBytes + 120)),
    transaction: page.readBigUInt64LE(headBytes + 128),
  };
}

/** Looks whether the pages of an LMDB file lead where they may. LMDB itself believes them, and may end the process. */
class LmdbFileCheck {
  readonly #descriptor: number;
  #page = Buffer.alloc(0);
  #pagesLeft = mostPages;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Reads into the one buffer that pages share. */
  #readPage(number: number, pageBytes: number): Buffer {
    if (this.#page.length !== pageBytes) this.#page = Buffer.alloc(pageBytes);
    const read = readSync(this.#descriptor, this.#page, 0, pageBytes, number * pageBytes);
    return this.#page.subarray(0, read);
  }

  /** The newer of the two. */
  readMeta(): Meta {
    const first = decodeMeta(this.#readPage(0, smallestPageBytes));
    if (!first) throw new RangeError("its first page is damaged");
    const second = decodeMeta(this.#readPage(1, first.pageBytes));
    if (!second) throw new RangeError("its second page is damaged");
    return second.transaction > first.transaction ? second : first;
  }

  check(meta: Meta): void {
    const sizeBytes = fstatSync(this.#descriptor).size;
    const neededBytes = (meta.lastPage + 1) * meta.pageBytes;
    if (sizeBytes < neededBytes) throw new RangeError(`it has ${sizeBytes} bytes, and should have ${neededBytes}`);
    for (const { root, depth } of meta.trees) {
      if (root === undefined) continue;
      if (depth < 1 || depth > deepestTree) throw new RangeError(`its tree is ${depth} levels deep`);
      this.#checkPage(meta, root, depth);
    }
  }

  #checkPage(meta: Meta, number: number, depth: number): void {
    if (this.#pagesLeft === 0) return;
    this.#pagesLeft -= 1;
    const damaged = (reason: string): RangeError => new RangeError(`page ${number} ${reason}`);
    const page = this.#readPage(number, meta.pageBytes);
    if (page.length < meta.pageBytes) throw damaged("is not there");
    const kind = depth > 1 ? pageKinds.branch : pageKinds.leaf;
    if (Number(page.readBigUInt64LE(0)) !== number || page.readUInt16LE(18) !== kind)
      throw damaged("is not what it should be");
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    const isFilled = lower % 2 === 0 && lower >= 2 * (depth > 1 ? 2 : 1);
    if (!isFilled || lower > upper || upper > meta.pageBytes - headBytes) throw damaged("has wrong bounds");
    const children: number[] = [];
    for (let at = headBytes; at < headBytes + lower; at += 2) {
      const offset = page.readUInt16LE(at);
      if (offset < upper) throw damaged("has an entry where none can be");
      const node = page.subarray(headBytes + offset);
      if (depth > 1) children.push(branchChild(node, meta, damaged));
      else checkLeafNode(node, meta, damaged);
    }
    for (const child of children) this.#checkPage(meta, child, depth - 1);
  }
}

type Damaged = (reason: string) => RangeError;

function branchChild(node: Buffer, { lastPage }: Meta, damaged: Damaged): number {
  if (node.length < nodeHeadBytes || node.length < nodeHeadBytes + node.readUInt16LE(6))
    throw damaged("has an entry beyond its end");
  const child = node.readUInt16LE(4) * 2 ** 32 + node.readUInt16LE(2) * 2 ** 16 + node.readUInt16LE(0);
  if (child < 2 || child > lastPage) throw damaged(`leads to page ${child}`);
  return child;
}

function checkLeafNode(node: Buffer, { lastPage, pageBytes }: Meta, damaged: Damaged): void {
  if (node.length < nodeHeadBytes) throw damaged("has an entry beyond its end");
  const dataBytes = node.readUInt16LE(2) * 2 ** 16 + node.readUInt16LE(0);
  const flags = node.readUInt16LE(4);
  const at = nodeHeadBytes + node.readUInt16LE(6);
  if (flags !== 0 && flags !== isElsewhere) throw damaged("has an entry of an unknown kind");
  if (node.length < at + (flags === isElsewhere ? placeBytes : dataBytes)) throw damaged("has an entry beyond its end");
  if (flags !== isElsewhere) return;
  const first = Number(node.readBigUInt64LE(at));
  const count = Number(node.readBigUInt64LE(at + 16));
  const isPlace = first >= 2 && first + count - 1 <= lastPage;
  if (!isPlace || count !== Math.floor((headBytes - 1 + dataBytes) / pageBytes) + 1)
    throw damaged("has an entry with its value where none can be");
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * `data-loss` if an LMDB file is cut short or its pages lead where they mustn't, up to some ten thousand of them: LMDB
 * would end the process where it followed them. What is in it is checked when it is read.
 */
export function requireSoundLmdbFile(path: string): void {
  const descriptor = openIfThere(path);
  if (descriptor === undefined) return;
  try {
    for (let attempt = 1; fstatSync(descriptor).size > 0; attempt += 1) {
      const check = new LmdbFileCheck(descriptor);
      let transaction: bigint | undefined;
      try {
        const meta = check.readMeta();
        transaction = meta.transaction;
        check.check(meta);
        return;
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        // Another process may have written over pages that the transaction looked at no longer needs.
        const hasChanged = transaction !== undefined && latestTransaction(check) !== transaction;
        if (hasChanged && attempt < attempts) continue;
        if (hasChanged) return;
        throw new ServiceError("data-loss", `Cannot open ${path}: it is damaged (${cause.message})`, { cause });
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

function latestTransaction(check: LmdbFileCheck): bigint | undefined {
  try {
    return check.readMeta().transaction;
  } catch {
    return undefined;
  }
}
