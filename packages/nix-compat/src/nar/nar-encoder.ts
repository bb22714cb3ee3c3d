import { FormatError } from "../format-error.ts";
import {
  encodeNarStrings,
  maximumTargetLength,
  narMagic,
  narNameProblem,
  paddingLength,
  printName,
} from "./nar-format.ts";

const magic = encodeNarStrings(narMagic);
const openDirectory = encodeNarStrings("(", "type", "directory");
const openSymlink = encodeNarStrings("(", "type", "symlink", "target");
const openFile = encodeNarStrings("(", "type", "regular", "contents");
const openExecutable = encodeNarStrings("(", "type", "regular", "executable", "", "contents");
const openEntry = encodeNarStrings("entry", "(", "name");
const betweenNameAndNode = encodeNarStrings("node");
const close = encodeNarStrings(")");
const zeros = new Uint8Array(8);

const bufferLength = 64 * 1024;
/** Shorter pieces are copied together; longer ones are passed on as they are. */
const passedOnFromLength = 8 * 1024;

/** A part of a sequence of bytes. */
export interface NarRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Writes an archive without waiting for anything: the caller pushes nodes in order and takes what has piled up when
 * `pendingBytes` is worth a message. With a range, only those bytes of the archive are produced, and only the contents
 * within it are asked for. Long pieces of content are handed out uncopied, so they must stay as they are until used.
 */
export class NarEncoder {
  readonly #rangeStart: number;
  readonly #rangeEnd: number;
  readonly #lastNames: (Uint8Array | undefined)[] = [];
  #state: "empty" | "directory" | "file" | "done" = "empty";
  #position = 0;
  #missingContent = 0;
  #contentEnd = 0;

  #buffer = new Uint8Array(bufferLength);
  #start = 0;
  #end = 0;
  #ready: Uint8Array[] = [];
  #readyBytes = 0;

  constructor(range?: NarRange) {
    this.#rangeStart = range?.offset ?? 0;
    this.#rangeEnd = range === undefined ? Number.MAX_SAFE_INTEGER : range.offset + range.length;
    this.#put(magic);
  }

  /** The length of the archive so far, whatever the range. */
  get positionBytes(): number {
    return this.#position;
  }

  /** What `take` would give. */
  get pendingBytes(): number {
    return this.#readyBytes + this.#end - this.#start;
  }

  /** Whether nothing more of the range is to come, so that the rest of the tree needs no visit. */
  get isRangeComplete(): boolean {
    return this.#position >= this.#rangeEnd;
  }

  openDirectory(name?: Uint8Array): void {
    this.#openNode(name);
    this.#put(openDirectory);
    this.#lastNames.push(undefined);
    this.#state = "directory";
  }

  closeDirectory(): void {
    if (this.#state !== "directory") throw new FormatError("Cannot write NAR: no directory is open");
    this.#lastNames.pop();
    this.#closeNode();
  }

  symlink(target: Uint8Array, name?: Uint8Array): void {
    if (target.length === 0 || target.length > maximumTargetLength || target.includes(0)) {
      throw new FormatError(`Cannot write NAR: illegal symlink target ${printName(target)}`);
    }
    this.#openNode(name);
    this.#put(openSymlink);
    this.#putLength(target.length);
    this.#put(target);
    this.#putPadding(target.length);
    this.#closeNode();
  }

  /** Answers which part of the contents `write` must be given: all of it, or what the range needs; perhaps nothing. */
  openFile(sizeBytes: number, executable: boolean, name?: Uint8Array): NarRange {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
      throw new RangeError(`Cannot write NAR: ${sizeBytes} is no size of a file`);
    }
    this.#openNode(name);
    this.#put(executable ? openExecutable : openFile);
    this.#putLength(sizeBytes);
    const offset = Math.min(Math.max(this.#rangeStart - this.#position, 0), sizeBytes);
    const end = Math.max(Math.min(this.#rangeEnd - this.#position, sizeBytes), offset);
    this.#contentEnd = this.#position + sizeBytes;
    this.#missingContent = end - offset;
    this.#position += offset;
    this.#state = "file";
    return { offset, length: this.#missingContent };
  }

  write(content: Uint8Array): void {
    if (this.#state !== "file" || content.length > this.#missingContent) {
      throw new FormatError(
        `Cannot write NAR: ${content.length} bytes of content, ${this.#missingContent} are missing`,
      );
    }
    this.#missingContent -= content.length;
    if (content.length < passedOnFromLength) {
      this.#put(content);
      return;
    }
    this.#flush();
    this.#ready.push(content);
    this.#readyBytes += content.length;
    this.#position += content.length;
  }

  closeFile(): void {
    if (this.#state !== "file" || this.#missingContent > 0) {
      throw new FormatError(`Cannot write NAR: a file was closed with ${this.#missingContent} bytes missing`);
    }
    this.#position = this.#contentEnd;
    // Contents begin at a multiple of eight, so their end tells their padding.
    this.#putPadding(this.#contentEnd);
    this.#closeNode();
  }

  /** What was written since the last time, in order. */
  take(): Uint8Array[] {
    this.#flush();
    const ready = this.#ready;
    this.#ready = [];
    this.#readyBytes = 0;
    return ready;
  }

  /** The last bytes. Throws if the root isn't complete. */
  finish(): Uint8Array[] {
    if (this.#state !== "done") throw new FormatError("Cannot finish NAR: its root isn't complete");
    return this.take();
  }

  #openNode(name: Uint8Array | undefined): void {
    if (this.#state === "empty") {
      if (name !== undefined) throw new FormatError(`Cannot write NAR: its root has the name ${printName(name)}`);
      return;
    }
    if (this.#state !== "directory") throw new FormatError("Cannot write NAR: a node without an open directory");
    if (name === undefined) throw new FormatError("Cannot write NAR: an entry has no name");
    const problem = narNameProblem(name);
    if (problem !== undefined) throw new FormatError(`Cannot write NAR: ${problem}`);
    const depth = this.#lastNames.length - 1;
    const last = this.#lastNames[depth];
    if (last !== undefined && Buffer.compare(last, name) >= 0) {
      throw new FormatError(`Cannot write NAR: the name ${printName(name)} comes after ${printName(last)}`);
    }
    this.#lastNames[depth] = name;
    this.#put(openEntry);
    this.#putLength(name.length);
    this.#put(name);
    this.#putPadding(name.length);
    this.#put(betweenNameAndNode);
  }

  #closeNode(): void {
    this.#put(close);
    if (this.#lastNames.length === 0) {
      this.#state = "done";
      return;
    }
    this.#put(close);
    this.#state = "directory";
  }

  #putLength(length: number): void {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, length % 0x1_0000_0000, true);
    view.setUint32(4, Math.floor(length / 0x1_0000_0000), true);
    this.#put(bytes);
  }

  #putPadding(length: number): void {
    const padding = paddingLength(length);
    if (padding > 0) this.#put(zeros.subarray(0, padding));
  }

  /** Copies; drops what lies outside the range. */
  #put(bytes: Uint8Array): void {
    const position = this.#position;
    this.#position += bytes.length;
    let wanted = bytes;
    if (position < this.#rangeStart || this.#position > this.#rangeEnd) {
      wanted = bytes.subarray(Math.max(this.#rangeStart - position, 0), Math.max(this.#rangeEnd - position, 0));
    }
    if (this.#end + wanted.length > bufferLength) {
      this.#flush();
      this.#buffer = new Uint8Array(bufferLength);
      this.#start = 0;
      this.#end = 0;
    }
    this.#buffer.set(wanted, this.#end);
    this.#end += wanted.length;
  }

  #flush(): void {
    if (this.#end === this.#start) return;
    this.#ready.push(this.#buffer.subarray(this.#start, this.#end));
    this.#readyBytes += this.#end - this.#start;
    this.#start = this.#end;
  }
}
