import type { NamedNode, Node } from "../node.ts";
import type { Inode } from "./inode-table.ts";
import type { LiveDirectory } from "./live-directory.ts";
import { fileType, protocolMajor } from "./protocol.ts";

const attributesBytes = 88;
const entryBytes = 128;
const direntBytes = 24;
/** Contents never change, and so neither does what is told of them. */
const unchangingSeconds = 365 * 24 * 3600;
/** What a live directory lists may. */
const liveSeconds = 60;
const modifiedAtSeconds = 1;
const blockBytes = 512;
const preferredReadBytes = 4096;
/** The type of a directory entry, of the bits of its mode. */
const direntTypeShift = 12;

/** To whom everything belongs. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export function modeOf(node: Node | LiveDirectory): number {
  switch (node.kind) {
    case "directory":
    case "live-directory":
      return fileType.directory | 0o555;
    case "file":
      return fileType.file | (node.executable ? 0o555 : 0o444);
    case "symlink":
      return fileType.symlink | 0o777;
  }
}

function sizeOf(node: Node | LiveDirectory): bigint {
  if (node.kind === "file") return node.size;
  return node.kind === "symlink" ? BigInt(node.target.length) : 0n;
}

function setUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

function setAttributes(view: DataView, at: number, { number, content }: Inode, owner: Owner): void {
  const size = sizeOf(content);
  view.setBigUint64(at, number, true);
  view.setBigUint64(at + 8, size, true);
  view.setBigUint64(at + 16, (size + BigInt(blockBytes - 1)) / BigInt(blockBytes), true);
  for (const time of [24, 32, 40]) setUint64(view, at + time, modifiedAtSeconds);
  view.setUint32(at + 60, modeOf(content), true);
  // One for directories too: how many they hold isn't known without reading them, and this is how others say so.
  view.setUint32(at + 64, 1, true);
  view.setUint32(at + 68, owner.uid, true);
  view.setUint32(at + 72, owner.gid, true);
  view.setUint32(at + 80, preferredReadBytes, true);
}

function setEntry(view: DataView, at: number, inode: Inode, owner: Owner): void {
  setUint64(view, at, inode.id);
  setUint64(view, at + 16, inode.parent?.content.kind === "live-directory" ? liveSeconds : unchangingSeconds);
  setUint64(view, at + 24, unchangingSeconds);
  setAttributes(view, at + 40, inode, owner);
}

export function attributesReply(inode: Inode, owner: Owner): Uint8Array {
  const bytes = new Uint8Array(16 + attributesBytes);
  const view = new DataView(bytes.buffer);
  setUint64(view, 0, unchangingSeconds);
  setAttributes(view, 16, inode, owner);
  return bytes;
}

export function entryReply(inode: Inode, owner: Owner): Uint8Array {
  const bytes = new Uint8Array(entryBytes);
  setEntry(new DataView(bytes.buffer), 0, inode, owner);
  return bytes;
}

/** That there never will be anything of the name. */
export function absenceReply(): Uint8Array {
  const bytes = new Uint8Array(entryBytes);
  setUint64(new DataView(bytes.buffer), 16, unchangingSeconds);
  return bytes;
}

/** What a directory reply says of one entry. */
export interface ListedEntry {
  readonly name: NamedNode["name"];
  readonly number: bigint;
  readonly mode: number;
  /** Where reading goes on behind it. */
  readonly next: number;
}

const firstListBytes = 2048;

/** A part of a directory's entries, as many as fit. */
export class EntriesReply {
  readonly #capacityBytes: number;
  readonly #headBytes: number;
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** With what LOOKUP would answer of each entry, or without. */
  constructor(capacityBytes: number, withAttributes: boolean) {
    this.#capacityBytes = capacityBytes;
    this.#bytes = new Uint8Array(Math.min(firstListBytes, capacityBytes));
    this.#view = new DataView(this.#bytes.buffer);
    this.#headBytes = withAttributes ? entryBytes : 0;
  }

  hasRoomFor(name: Uint8Array): boolean {
    return this.#length + this.#sizeWith(name) <= this.#capacityBytes;
  }

  #sizeWith(name: Uint8Array): number {
    return this.#headBytes + Math.ceil((direntBytes + name.length) / 8) * 8;
  }

  /** The kernel offers far more room than most directories need. */
  #makeRoom(sizeBytes: number): void {
    if (sizeBytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(sizeBytes, Math.min(this.#capacityBytes, 2 * this.#bytes.length)));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** `inode`, if the kernel gets to know it by this. There must be room. */
  add({ name, number, mode, next }: ListedEntry, inode: Inode | undefined, owner: Owner): void {
    this.#makeRoom(this.#length + this.#sizeWith(name));
    if (inode) setEntry(this.#view, this.#length, inode, owner);
    const at = this.#length + this.#headBytes;
    this.#view.setBigUint64(at, number, true);
    setUint64(this.#view, at + 8, next);
    this.#view.setUint32(at + 16, name.length, true);
    this.#view.setUint32(at + 20, mode >> direntTypeShift, true);
    this.#bytes.set(name, at + direntBytes);
    this.#length += this.#sizeWith(name);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

export function openReply(handle: number, flags: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  setUint64(view, 0, handle);
  view.setUint32(8, flags, true);
  return bytes;
}

/** The length of an extended attribute, or of the list of them. */
export function lengthReply(length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

/** Nothing is known of the room that a store has. */
export function statfsReply(): Uint8Array {
  const bytes = new Uint8Array(80);
  const view = new DataView(bytes.buffer);
  view.setUint32(40, preferredReadBytes, true);
  view.setUint32(44, 255, true);
  view.setUint32(48, preferredReadBytes, true);
  return bytes;
}

export interface Agreement {
  readonly minor: number;
  readonly maxReadaheadBytes: number;
  readonly flags: number;
  /** How many requests that nobody waits for the kernel may have under way. */
  readonly maxBackground: number;
  readonly maxWriteBytes: number;
  /** The most that one READ asks for, in pages. */
  readonly maxPages: number;
}

export function initReply(agreement: Agreement): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, protocolMajor, true);
  view.setUint32(4, agreement.minor, true);
  view.setUint32(8, agreement.maxReadaheadBytes, true);
  view.setUint32(12, agreement.flags, true);
  view.setUint16(16, agreement.maxBackground, true);
  view.setUint16(18, Math.ceil(agreement.maxBackground * 0.75), true);
  view.setUint32(20, agreement.maxWriteBytes, true);
  view.setUint32(24, 1, true);
  view.setUint16(28, agreement.maxPages, true);
  return bytes;
}

/** Of a kernel that speaks a newer major version: it asks again with ours. */
export function majorReply(): Uint8Array {
  return initReply({ minor: 0, maxReadaheadBytes: 0, flags: 0, maxBackground: 0, maxWriteBytes: 0, maxPages: 0 });
}
