/** Between a folder's name and a digest of 32 bytes. No object's key holds it. */
const digestMark = 1;
const digestBytes = 32;
const abbreviatedBytes = 6;
const digestKey = /^([a-z]+\/b3\/)([0-9a-f]{4})\/(\2[0-9a-f]{60})$/;
const digestFolder = /^([a-z]+\/b3\/)([0-9a-f]{0,4})/;

/**
 * An object's key in the index: as it is, but for those that end in a digest, of which that is kept in binary. In the
 * order of the keys, where all in a folder are of one kind.
 */
export function encodeKey(key: string): Buffer {
  const [, folder, , digest] = digestKey.exec(key) ?? [];
  if (folder === undefined || digest === undefined) return Buffer.from(key, "latin1");
  return Buffer.concat([Buffer.from(folder, "latin1"), Uint8Array.of(digestMark), Buffer.from(digest, "hex")]);
}

/** Enough of the key to find it, among a few others at worst. */
export function abbreviateKey(key: string): Buffer {
  const encoded = encodeKey(key);
  const mark = encoded.length - digestBytes - 1;
  return mark >= 0 && encoded[mark] === digestMark ? encoded.subarray(0, mark + 1 + abbreviatedBytes) : encoded;
}

export function decodeKey(encoded: Buffer): string {
  const mark = encoded.length - digestBytes - 1;
  if (mark < 0 || encoded[mark] !== digestMark) return encoded.toString("latin1");
  const hex = encoded.toString("hex", mark + 1);
  return `${encoded.toString("latin1", 0, mark)}${hex.slice(0, 4)}/${hex}`;
}

/** Where to begin to look for keys with the prefix. */
export function firstKeyWith(prefix: string): Buffer {
  const [, folder, hex = ""] = digestFolder.exec(prefix) ?? [];
  if (folder === undefined) return Buffer.from(prefix, "latin1");
  const digits = hex.slice(0, hex.length & ~1);
  const mark = digits === "" ? [] : [digestMark];
  return Buffer.concat([Buffer.from(folder, "latin1"), Uint8Array.from(mark), Buffer.from(digits, "hex")]);
}
