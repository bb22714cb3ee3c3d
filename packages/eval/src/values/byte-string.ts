import { Buffer } from "node:buffer";

// biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is what is asked for
const asciiOnly = /^[\x00-\x7f]*$/;

/** Text as a byte string: its UTF-8 bytes, one UTF-16 unit each. */
export function encodeByteString(text: string): string {
  return asciiOnly.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The text whose UTF-8 bytes a byte string holds; what isn't UTF-8 becomes U+FFFD. */
export function decodeByteString(bytes: string): string {
  return asciiOnly.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

export function byteStringFromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function bytesFromByteString(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
