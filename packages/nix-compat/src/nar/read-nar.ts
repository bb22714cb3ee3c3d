import { ByteReader } from "./byte-reader.ts";
import type { NarEvent } from "./nar-event.ts";
import {
  maximumDepth,
  maximumNameLength,
  maximumTargetLength,
  narMagic,
  narNameProblem,
  paddingLength,
  printName,
} from "./nar-format.ts";

const longestTag = 16;

/**
 * Reads an archive, however the stream is cut. Strict: what Nix wouldn't write is refused with the byte where it stands,
 * bytes after the end included. Contents that weren't read are skipped when the next event is asked for.
 */
export async function* readNar(source: AsyncIterable<Uint8Array>): AsyncGenerator<NarEvent, void, undefined> {
  const reader = new ByteReader(source, "NAR");
  try {
    await expectTag(reader, narMagic);
    const lastNames: (Uint8Array | undefined)[] = [];
    let name: Uint8Array | undefined;
    do {
      await expectTag(reader, "(");
      await expectTag(reader, "type");
      const type = await readTag(reader);
      if (type === "directory") {
        if (lastNames.length === maximumDepth) throw reader.error(`more than ${maximumDepth} directories deep`);
        lastNames.push(undefined);
        yield { kind: "directory", name };
      } else {
        if (type === "regular") yield* readFile(reader, name);
        else if (type === "symlink") yield { kind: "symlink", name, target: await readTarget(reader) };
        else throw reader.error(`unknown type "${type}"`);
        await expectTag(reader, ")");
        if (lastNames.length > 0) await expectTag(reader, ")");
      }
      name = undefined;
      while (lastNames.length > 0 && name === undefined) {
        const tag = await readTag(reader);
        if (tag === "entry") {
          name = await readEntryName(reader, lastNames[lastNames.length - 1]);
          lastNames[lastNames.length - 1] = name;
        } else if (tag === ")") {
          lastNames.pop();
          yield { kind: "directoryEnd" };
          if (lastNames.length > 0) await expectTag(reader, ")");
        } else throw reader.error(`expected "entry" or ")", found "${tag}"`);
      }
    } while (lastNames.length > 0);
    if (!(await reader.isAtEnd())) throw reader.error("bytes after its end");
  } finally {
    await reader.close();
  }
}

async function* readFile(reader: ByteReader, name: Uint8Array | undefined): AsyncGenerator<NarEvent, void, undefined> {
  let tag = await readTag(reader);
  const executable = tag === "executable";
  if (executable) {
    await expectTag(reader, "");
    tag = await readTag(reader);
  }
  if (tag !== "contents") throw reader.error(`expected "contents", found "${tag}"`);
  const sizeBytes = await readLength(reader, Number.MAX_SAFE_INTEGER, "a file");
  const content = new FileContent(reader, sizeBytes);
  yield { kind: "file", name, executable, sizeBytes, content };
  await content.skipRest();
  await readPadding(reader, sizeBytes);
}

class FileContent implements AsyncIterable<Uint8Array> {
  readonly #reader: ByteReader;
  #remaining: number;

  constructor(reader: ByteReader, sizeBytes: number) {
    this.#reader = reader;
    this.#remaining = sizeBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#remaining > 0) yield await this.#nextPiece();
  }

  async skipRest(): Promise<void> {
    while (this.#remaining > 0) await this.#nextPiece();
  }

  async #nextPiece(): Promise<Uint8Array> {
    if (this.#reader.available === 0 && (await this.#reader.isAtEnd())) {
      throw this.#reader.error(`it ends with ${this.#remaining} bytes of a file missing`);
    }
    const piece = this.#reader.take(Math.min(this.#remaining, this.#reader.available));
    this.#remaining -= piece.length;
    return piece;
  }
}

async function readEntryName(reader: ByteReader, last: Uint8Array | undefined): Promise<Uint8Array> {
  await expectTag(reader, "(");
  await expectTag(reader, "name");
  const name = await readBytes(reader, maximumNameLength, "a name");
  const problem = narNameProblem(name);
  if (problem !== undefined) throw reader.error(problem);
  if (last !== undefined && Buffer.compare(last, name) >= 0) {
    throw reader.error(`the name ${printName(name)} comes after ${printName(last)}`);
  }
  await expectTag(reader, "node");
  return name;
}

async function readTarget(reader: ByteReader): Promise<Uint8Array> {
  await expectTag(reader, "target");
  const target = await readBytes(reader, maximumTargetLength, "a symlink target");
  if (target.length === 0 || target.includes(0)) throw reader.error(`illegal symlink target ${printName(target)}`);
  return target;
}

async function expectTag(reader: ByteReader, expected: string): Promise<void> {
  const tag = await readTag(reader);
  if (tag !== expected) throw reader.error(`expected "${expected}", found "${tag}"`);
}

async function readTag(reader: ByteReader): Promise<string> {
  const length = await readLength(reader, longestTag, "a tag");
  const paddedLength = length + paddingLength(length);
  if (reader.available < paddedLength) await reader.fill(paddedLength);
  let tag = "";
  for (let index = 0; index < length; index++) tag += String.fromCharCode(reader.peek(index));
  reader.take(length);
  await readPadding(reader, length);
  return tag;
}

/** A copy, so that it doesn't keep the whole piece of the stream alive. */
async function readBytes(reader: ByteReader, maximumLength: number, what: string): Promise<Uint8Array> {
  const length = await readLength(reader, maximumLength, what);
  if (reader.available < length) await reader.fill(length);
  const bytes = reader.take(length).slice();
  await readPadding(reader, length);
  return bytes;
}

async function readLength(reader: ByteReader, maximumLength: number, what: string): Promise<number> {
  if (reader.available < 8) await reader.fill(8);
  const length = reader.peekUint64();
  if (length > maximumLength) throw reader.error(`${what} of ${length} bytes, at most ${maximumLength} are legal`);
  reader.take(8);
  return length;
}

async function readPadding(reader: ByteReader, length: number): Promise<void> {
  const padding = paddingLength(length);
  if (reader.available < padding) await reader.fill(padding);
  for (let index = 0; index < padding; index++) {
    if (reader.peek(index) !== 0) throw reader.error("padding that isn't zero");
  }
  reader.take(padding);
}
