/** The 512 bytes in front of each entry. Sources: POSIX, "pax"; GNU tar manual, "Basic Tar Format". */

export const blockBytes = 512;

/** What may come between a header and the content: long names, records, the map of a sparse file. They are held in memory. */
export const longestExtensionBytes = 16 * 1024 * 1024;

export interface TarHeader {
  /** The type's letter or digit; "0" for a file of the oldest archives. */
  readonly type: string;
  readonly path: Uint8Array;
  readonly linkTarget: Uint8Array;
  readonly mode: number;
  /** Of what is stored behind the header. */
  readonly sizeBytes: number;
}

const checksumOffset = 148;
const checksumBytes = 8;
const posixMagic = "ustar\0";
const slash = 0x2f;
const space = 0x20;

/** A field's bytes up to the first NUL. */
export function textField(block: Uint8Array, offset: number, length: number): Uint8Array {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.slice(0, end < 0 ? length : end);
}

/** Big-endian with the first bit set; what doesn't fit a number, or is negative, is undefined. */
function binaryNumber(field: Uint8Array): number | undefined {
  const [first = 0, ...others] = field;
  if ((first & 0x40) !== 0) return undefined;
  const value = others.reduce((sum, byte) => sum * 256 + byte, first & 0x3f);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A number, octal or, where that is too short, binary; undefined if it is neither. */
export function numberField(block: Uint8Array, offset: number, length: number): number | undefined {
  const field = block.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) return binaryNumber(field);
  const text = Buffer.from(field)
    .toString("latin1")
    .replace(/^ +/, "")
    .replace(/[ \0].*$/s, "");
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : undefined;
}

/** Some old programs have added up signed bytes. */
function hasChecksum(block: Uint8Array): boolean {
  const expected = numberField(block, checksumOffset, checksumBytes);
  let sum = space * checksumBytes;
  let signedSum = sum;
  for (let at = 0; at < blockBytes; at += 1) {
    if (at === checksumOffset) at += checksumBytes;
    const byte = block[at] as number;
    sum += byte;
    signedSum += byte < 128 ? byte : byte - 256;
  }
  return expected === sum || expected === signedSum;
}

/** The prefix exists in POSIX archives alone: GNU's have times in its place. */
function pathOf(block: Uint8Array): Uint8Array {
  const name = textField(block, 0, 100);
  const isPosix = Buffer.from(block.subarray(257, 263)).toString("latin1") === posixMagic;
  const prefix = isPosix ? textField(block, 345, 155) : new Uint8Array();
  return prefix.length === 0 ? name : new Uint8Array(Buffer.concat([prefix, Uint8Array.of(slash), name]));
}

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** What a header says; undefined if its checksum is wrong or a number isn't one. */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  if (!hasChecksum(block)) return undefined;
  const mode = numberField(block, 100, 8);
  const sizeBytes = numberField(block, 124, 12);
  if (mode === undefined || sizeBytes === undefined) return undefined;
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156] as number);
  return { type, path: pathOf(block), linkTarget: textField(block, 157, 100), mode, sizeBytes };
}
