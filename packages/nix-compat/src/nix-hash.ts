import { hash as hashOneShot } from "node:crypto";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { FormatError } from "./format-error.ts";
import { decodeHex, encodeHex } from "./hex.ts";
import { decodeNixBase32, encodeNixBase32, nixBase32Length } from "./nixbase32.ts";

export type HashAlgorithm = "md5" | "sha1" | "sha256" | "sha512";

/** `sri` names the algorithm itself (`sha256-…`), the others are bare digits. */
export type HashFormat = "base16" | "nix32" | "base64" | "sri";

export interface NixHash {
  readonly algorithm: HashAlgorithm;
  readonly digest: Uint8Array;
}

export const digestLengths: Readonly<Record<HashAlgorithm, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64 };

export function isHashAlgorithm(text: string): text is HashAlgorithm {
  return Object.hasOwn(digestLengths, text);
}

/** A string is hashed as its UTF-8 bytes. */
export function hashBytes(algorithm: HashAlgorithm, content: Uint8Array | string): NixHash {
  return { algorithm, digest: new Uint8Array(hashOneShot(algorithm, content, "buffer")) };
}

/** The digits alone, or the SRI form. */
export function formatDigest(hash: NixHash, format: HashFormat): string {
  switch (format) {
    case "base16":
      return encodeHex(hash.digest);
    case "nix32":
      return encodeNixBase32(hash.digest);
    case "base64":
      return encodeBase64(hash.digest);
    case "sri":
      return `${hash.algorithm}-${encodeBase64(hash.digest)}`;
  }
}

/** With the algorithm before it: `sha256:<digits>`, or `sha256-<digits>` for `sri`. */
export function formatNixHash(hash: NixHash, format: HashFormat): string {
  const digits = formatDigest(hash, format);
  return format === "sri" ? digits : `${hash.algorithm}:${digits}`;
}

/**
 * Any form that Nix takes: `sha256:` before hexadecimal, nixbase32 or padded base64 digits, SRI, or bare digits if the
 * algorithm is known. A hash that names another algorithm than the known one is refused.
 */
export function parseNixHash(text: string, knownAlgorithm?: HashAlgorithm): NixHash {
  const colon = text.indexOf(":");
  const separator = colon === -1 ? text.indexOf("-") : colon;
  if (separator === -1) {
    if (knownAlgorithm === undefined) {
      throw new FormatError(`Cannot parse hash "${text}": it names no algorithm, nor is one known from its context`);
    }
    return { algorithm: knownAlgorithm, digest: decodeDigest(text, text, knownAlgorithm) };
  }
  const algorithm = text.slice(0, separator);
  if (!isHashAlgorithm(algorithm)) {
    throw new FormatError(`Cannot parse hash "${text}": unknown hash algorithm "${algorithm}"`);
  }
  if (knownAlgorithm !== undefined && algorithm !== knownAlgorithm) {
    throw new FormatError(`Cannot parse hash "${text}": it should have the algorithm ${knownAlgorithm}`);
  }
  const digits = text.slice(separator + 1);
  const isSri = colon === -1;
  const digest = isSri ? checkedLength(decodeBase64(digits), text, algorithm) : decodeDigest(digits, text, algorithm);
  return { algorithm, digest };
}

/** The `outputHash` of a derivation: as `parseNixHash`, but empty means zeros, which no output will ever have. */
export function parseOutputHash(text: string, knownAlgorithm?: HashAlgorithm): NixHash {
  if (text !== "") return parseNixHash(text, knownAlgorithm);
  if (knownAlgorithm === undefined) throw new FormatError("Cannot parse empty hash: its algorithm must be given");
  return { algorithm: knownAlgorithm, digest: new Uint8Array(digestLengths[knownAlgorithm]) };
}

/** What `builtins.convertHash` does: the algorithm is needed where the hash doesn't name it. */
export function convertHash(text: string, toFormat: string, knownAlgorithm?: HashAlgorithm): string {
  return formatDigest(parseNixHash(text, knownAlgorithm), parseHashFormat(toFormat));
}

/** Nix's names of the formats; `base32` is an old one of `nix32`. */
export function parseHashFormat(text: string): HashFormat {
  if (text === "base32") return "nix32";
  if (text === "base16" || text === "nix32" || text === "base64" || text === "sri") return text;
  throw new FormatError(`Unknown hash format "${text}": expected "base16", "nix32", "base64" or "sri"`);
}

function decodeDigest(digits: string, text: string, algorithm: HashAlgorithm): Uint8Array {
  const byteLength = digestLengths[algorithm];
  switch (digits.length) {
    case byteLength * 2:
      return decodeHex(digits);
    case nixBase32Length(byteLength):
      return decodeNixBase32(digits);
    case Math.ceil(byteLength / 3) * 4:
      return checkedLength(decodeBase64(digits), text, algorithm);
    default:
      throw new FormatError(`Cannot parse hash "${text}": wrong length for ${algorithm}`);
  }
}

function checkedLength(digest: Uint8Array, text: string, algorithm: HashAlgorithm): Uint8Array {
  if (digest.length === digestLengths[algorithm]) return digest;
  throw new FormatError(
    `Cannot parse hash "${text}": ${digest.length} bytes, ${algorithm} has ${digestLengths[algorithm]}`,
  );
}
