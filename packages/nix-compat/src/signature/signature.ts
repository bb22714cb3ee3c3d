import { decodeBase64, encodeBase64 } from "../base64.ts";
import { FormatError } from "../format-error.ts";

/** An Ed25519 signature and the name of the key that made it. */
export interface Signature {
  readonly name: string;
  /** 64 bytes. */
  readonly data: Uint8Array;
}

const signatureLength = 64;

export function parseSignature(text: string): Signature {
  const { name, data } = parseNamedBytes(text, signatureLength, "signature");
  return { name, data };
}

/** `name:base64`. */
export function formatSignature(signature: Signature): string {
  return `${signature.name}:${encodeBase64(signature.data)}`;
}

/** What keys and signatures look like alike: a name, a colon and base64 of a known length. The bytes aren't named in errors. */
export function parseNamedBytes(text: string, byteLength: number, what: string): { name: string; data: Uint8Array } {
  const colon = text.indexOf(":");
  if (colon < 1) throw new FormatError(`Cannot parse ${what}: it doesn't begin with a name and a colon`);
  const name = text.slice(0, colon);
  if (/\s/.test(name)) throw new FormatError(`Cannot parse ${what} ${JSON.stringify(name)}: white space in its name`);
  let data: Uint8Array;
  try {
    data = decodeBase64(text.slice(colon + 1));
  } catch {
    throw new FormatError(`Cannot parse ${what} "${name}": what follows its name isn't base64`);
  }
  if (data.length === byteLength) return { name, data };
  throw new FormatError(`Cannot parse ${what} "${name}": ${data.length} bytes instead of ${byteLength}`);
}
