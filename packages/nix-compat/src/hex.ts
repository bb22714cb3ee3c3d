import { FormatError } from "./format-error.ts";

export function encodeHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** Takes both cases, as Nix does. */
export function decodeHex(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, "hex"));
  if (bytes.length * 2 !== text.length) {
    throw new FormatError(`Cannot decode hexadecimal "${text}": it has an odd length or a character that is no digit`);
  }
  return bytes;
}
