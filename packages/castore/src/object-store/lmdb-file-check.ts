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
const idBytes = 8;
const firstDataPage = 2;
const deepestTree = 32;
/** What is beyond is found damaged when it is read, or ends the process; to look at all would make starting slow. */
const mostPages = 16_384;
/** Up to so many pages, it is noticed if one is used twice. */
const mostMarkedPages = 2 ** 26;
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
  readonly #head = Buffer.alloc(headBytes);
  #page = Buffer.alloc(0);
  #pagesLeft = mostPages;
  #used = new Uint8Array(0);

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
    this.#used = new Uint8Array(meta.lastPage < mostMarkedPages ? Math.floor(meta.lastPage / 8) + 1 : 0);
    for (const [index, { root, depth }] of meta.trees.entries()) {
      if (root === undefined) continue;
      if (depth < 1 || depth > deepestTree) throw new RangeError(`its tree is ${depth} levels deep`);
      this.#checkPage(meta, root, { depth, isFreeList: index === 0 });
    }
  }

  /** Takes note of pages in use, or free to be used. */
  #mark({ lastPage }: Meta, first: number, count: number): void {
    if (!(first >= firstDataPage && count >= 1 && first + count - 1 <= lastPage))
      throw new RangeError(`it leads to ${count} pages from page ${first} on`);
    if (this.#used.length === 0) return;
    for (let page = first; page < first + count; page += 1) {
      const bit = 1 << (page & 7);
      const marks = this.#used[page >> 3] as number;
      if ((marks & bit) !== 0) throw new RangeError(`page ${page} is used twice`);
      this.#used[page >> 3] = marks | bit;
    }
  }

  #checkPage(meta: Meta, number: number, { depth, isFreeList }: Level): void {
    this.#mark(meta, number, 1);
    if (this.#pagesLeft === 0) return;
    this.#pagesLeft -= 1;
    const damaged = (reason: string): RangeError => new RangeError(`page ${number} ${reason}`);
    const page = this.#readPage(number, meta.pageBytes);
    if (page.length < meta.pageBytes) throw damaged("is not there");
    const kind = depth > 1 ? pageKinds.branch : pageKinds.leaf;
    if (Number(page.readBigUInt64LE(0)) !== number || page.readUInt16LE(18) !== kind)
      throw damaged("is not what it should be");
    if (page.readBigUInt64LE(8) > meta.transaction) throw damaged("is of a later time");
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    const isFilled = lower % 2 === 0 && lower >= 2 * (depth > 1 ? 2 : 1);
    if (!isFilled || lower > upper || upper > meta.pageBytes - headBytes) throw damaged("has wrong bounds");
    const children: number[] = [];
    const values: ValueElsewhere[] = [];
    const freeLists: FreeList[] = [];
    for (let at = headBytes; at < headBytes + lower; at += 2) {
      const offset = page.readUInt16LE(at);
      if (offset < upper) throw damaged("has an entry where none can be");
      const node = page.subarray(headBytes + offset);
      if (depth > 1) children.push(branchChild(node, damaged));
      else {
        const { data, elsewhere } = leafData(node, meta, damaged);
        if (elsewhere) values.push(elsewhere);
        if (isFreeList) freeLists.push(elsewhere ?? Buffer.from(data));
      }
    }
    for (const value of values) this.#checkValue(meta, value);
    for (const freeList of freeLists) this.#checkFreeList(meta, freeList, damaged);
    for (const child of children) this.#checkPage(meta, child, { depth: depth - 1, isFreeList });
  }

  /** That its head says what leads to it does: LMDB frees by that. */
  #checkValue(meta: Meta, { first, count }: ValueElsewhere): void {
    this.#mark(meta, first, count);
    if (this.#pagesLeft === 0) return;
    this.#pagesLeft -= 1;
    const read = readSync(this.#descriptor, this.#head, 0, headBytes, first * meta.pageBytes);
    const isHead =
      read === headBytes &&
      Number(this.#head.readBigUInt64LE(0)) === first &&
      this.#head.readUInt16LE(18) === pageKinds.overflow &&
      this.#head.readUInt32LE(20) === count;
    if (!isHead) throw new RangeError(`page ${first} is not what it should be`);
  }

  /** LMDB overwrites pages that it takes for free: how many numbers follow, then pages, or a length below zero and where it begins. */
  #checkFreeList(meta: Meta, freeList: FreeList, damaged: Damaged): void {
    const data = Buffer.isBuffer(freeList) ? freeList : this.#readValue(meta, freeList);
    const count = data.length < idBytes || data.length % idBytes !== 0 ? -1 : Number(data.readBigInt64LE(0));
    if (count < 0 || count > data.length / idBytes - 1) throw damaged("has a damaged list of free pages");
    for (let index = 1; index <= count; index += 1) {
      const id = Number(data.readBigInt64LE(index * idBytes));
      if (id === 0) continue;
      const isBlock = id < 0 && index < count;
      if (isBlock) index += 1;
      this.#mark(meta, isBlock ? Number(data.readBigInt64LE(index * idBytes)) : id, isBlock ? -id : 1);
    }
  }

  #readValue({ pageBytes }: Meta, { first, dataBytes }: ValueElsewhere): Buffer {
    const value = Buffer.alloc(dataBytes);
    const read = readSync(this.#descriptor, value, 0, dataBytes, first * pageBytes + headBytes);
    return value.subarray(0, read);
  }
}

type Damaged = (reason: string) => RangeError;

/** A value on pages of its own. */
interface ValueElsewhere {
  readonly first: number;
  readonly count: number;
  readonly dataBytes: number;
}

type FreeList = Buffer | ValueElsewhere;

interface Level {
  readonly depth: number;
  readonly isFreeList: boolean;
}

function branchChild(node: Buffer, damaged: Damaged): number {
  if (node.length < nodeHeadBytes || node.length < nodeHeadBytes + node.readUInt16LE(6))
    throw damaged("has an entry beyond its end");
  return node.readUInt16LE(4) * 2 ** 32 + node.readUInt16LE(2) * 2 ** 16 + node.readUInt16LE(0);
}

function leafData(
  node: Buffer,
  { pageBytes }: Meta,
  damaged: Damaged,
): { readonly data: Buffer; readonly elsewhere?: ValueElsewhere } {
  if (node.length < nodeHeadBytes) throw damaged("has an entry beyond its end");
  const dataBytes = node.readUInt16LE(2) * 2 ** 16 + node.readUInt16LE(0);
  const flags = node.readUInt16LE(4);
  const at = nodeHeadBytes + node.readUInt16LE(6);
  if (flags !== 0 && flags !== isElsewhere) throw damaged("has an entry of an unknown kind");
  const end = at + (flags === isElsewhere ? placeBytes : dataBytes);
  if (node.length < end) throw damaged("has an entry beyond its end");
  const data = node.subarray(at, end);
  if (flags !== isElsewhere) return { data };
  const count = Number(data.readBigUInt64LE(16));
  if (count !== Math.floor((headBytes - 1 + dataBytes) / pageBytes) + 1)
    throw damaged("has an entry with its value where none can be");
  return { data, elsewhere: { first: Number(data.readBigUInt64LE(0)), count, dataBytes } };
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
