import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from "node:fs";

/** A file of trees that never changes, each under a key as `digestOf` gives it. */
export interface ParsePack {
  find(key: string): Uint8Array | undefined;
  /** What can still be read. */
  entries(): Iterable<readonly [key: string, bytes: Uint8Array]>;
  close(): void;
}

/** To be raised when the layout of the file changes. */
const magic = "tvixprs2";

const digestLength = 44;
/** The file begins with the magic word, the number of entries, and the digest of the table that follows. */
const headerLength = magic.length + 4 + digestLength;
/** The table is ascending by key: the key, the digest of the entry, and where the entry starts and ends. */
const recordLength = 2 * digestLength + 8;

/** The SHA-256 of a text (of its UTF-8) or of bytes, in base64. */
export function digestOf(data: string | Uint8Array): string {
  return hash("sha256", data, "base64");
}

/** Writes a file that isn't there yet. */
export function writePack(file: string, entries: ReadonlyMap<string, Uint8Array>): void {
  const sorted = [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
  const table = Buffer.alloc(sorted.length * recordLength);
  let end = headerLength + table.length;
  sorted.forEach(([key, bytes], index) => {
    const at = index * recordLength;
    table.write(key + digestOf(bytes), at, "latin1");
    table.writeUInt32LE(end, at + 2 * digestLength);
    end += bytes.length;
    table.writeUInt32LE(end, at + 2 * digestLength + 4);
  });
  const count = Buffer.alloc(4);
  count.writeUInt32LE(sorted.length);
  const header = [Buffer.from(magic), count, Buffer.from(digestOf(table))];
  writeFileSync(file, Buffer.concat([...header, table, ...sorted.map(([, bytes]) => bytes)]), { flag: "wx" });
}

/** Opens a file of trees; undefined if it isn't whole. Throws if it can't be read. */
export function openPack(file: string): ParsePack | undefined {
  const descriptor = openSync(file, "r");
  let pack: ParsePack | undefined;
  try {
    pack = readTable(descriptor);
    return pack;
  } finally {
    if (pack === undefined) closeSync(descriptor);
  }
}

function readTable(descriptor: number): ParsePack | undefined {
  const header = readAt(descriptor, 0, headerLength);
  if (header?.toString("latin1", 0, magic.length) !== magic) return undefined;
  const count = header.readUInt32LE(magic.length);
  if (headerLength + count * recordLength > fstatSync(descriptor).size) return undefined;
  const table = readAt(descriptor, headerLength, count * recordLength);
  if (table === undefined || digestOf(table) !== header.toString("latin1", magic.length + 4)) return undefined;
  const digestAt = (at: number) => table.toString("latin1", at, at + digestLength);
  const keyAt = (index: number) => digestAt(index * recordLength);
  const read = (index: number): Uint8Array | undefined => {
    const at = index * recordLength + digestLength;
    const start = table.readUInt32LE(at + digestLength);
    const end = table.readUInt32LE(at + digestLength + 4);
    const bytes = readAt(descriptor, start, end - start);
    return bytes !== undefined && digestOf(bytes) === digestAt(at) ? bytes : undefined;
  };
  return {
    find(key) {
      let low = 0;
      let high = count - 1;
      while (low <= high) {
        const middle = (low + high) >> 1;
        const found = keyAt(middle);
        if (found === key) return read(middle);
        if (found < key) low = middle + 1;
        else high = middle - 1;
      }
      return undefined;
    },
    *entries() {
      for (let index = 0; index < count; index++) {
        const bytes = read(index);
        if (bytes !== undefined) yield [keyAt(index), bytes];
      }
    },
    close: () => closeSync(descriptor),
  };
}

/** So many bytes of a file, in memory of their own; undefined if the file is shorter. */
function readAt(descriptor: number, start: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafeSlow(length);
  return readSync(descriptor, bytes, 0, length, start) === length ? bytes : undefined;
}
