import { type ByteString, compareByteStrings } from "../byte-string.ts";
import { FormatError } from "../format-error.ts";
import { encodeHex } from "../hex.ts";
import { formatNixHash, type NixHash, parseNixHash } from "../nix-hash.ts";
import { InputError } from "./input-error.ts";

/** What an input is told by: `type`, and what goes with it. */
export type InputAttributes = ReadonlyMap<string, ByteString | boolean | number | bigint>;

/** As JSON, for messages. */
export function showInputAttributes(attributes: InputAttributes): string {
  const shown = [...attributes]
    .sort(([left], [right]) => compareByteStrings(left, right))
    .map(([name, value]) => `${JSON.stringify(name)}:${typeof value === "string" ? JSON.stringify(value) : value}`);
  return `{${shown.join(",")}}`;
}

export function textAttribute(attributes: InputAttributes, name: string): ByteString | undefined {
  const value = attributes.get(name);
  if (value === undefined || typeof value === "string") return value;
  throw new InputError(`input attribute '${name}' is not a string ${showInputAttributes(attributes)}`);
}

export function requiredText(attributes: InputAttributes, name: string): ByteString {
  const value = textAttribute(attributes, name);
  if (value === undefined) throw new InputError(`input attribute '${name}' is missing`);
  return value;
}

/** False if there is none. */
export function booleanAttribute(attributes: InputAttributes, name: string): boolean {
  const value = attributes.get(name);
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw new InputError(`input attribute '${name}' is not a Boolean`);
}

export function integerAttribute(attributes: InputAttributes, name: string): number | bigint | undefined {
  const value = attributes.get(name);
  if (value === undefined || typeof value === "number" || typeof value === "bigint") return value;
  throw new InputError(`input attribute '${name}' is not an integer`);
}

/** An integer of a URL; undefined if it is none of 64 bits. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!/^\+?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace("+", ""));
  if (value >= 1n << 64n) return undefined;
  const wrapped = BigInt.asIntN(64, value);
  return Number.isSafeInteger(Number(wrapped)) ? Number(wrapped) : wrapped;
}

/** A hash that doesn't name its algorithm is one of SHA-1. */
export function parseRevision(text: string): NixHash {
  try {
    return parseNixHash(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return parseNixHash(text, "sha1");
  }
}

/** The revision as Git writes it. */
export function revisionAttribute(attributes: InputAttributes): string | undefined {
  const text = textAttribute(attributes, "rev");
  return text === undefined ? undefined : encodeHex(parseRevision(text).digest);
}

/** The hash of the tree as SRI; an empty one is zero. */
export function narHashAttribute(attributes: InputAttributes): string | undefined {
  const text = textAttribute(attributes, "narHash");
  if (text === undefined) return undefined;
  if (text === "") return formatNixHash({ algorithm: "sha256", digest: new Uint8Array(32) }, "sri");
  if (!/^\w+-/.test(text)) throw new InputError(`hash '${text}' is not SRI`);
  const hash = parseNixHash(text);
  if (hash.algorithm !== "sha256") throw new InputError("narHash must use SHA-256");
  return formatNixHash(hash, "sri");
}
