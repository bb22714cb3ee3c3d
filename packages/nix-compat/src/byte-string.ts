/**
 * Arbitrary bytes as a JavaScript string with one character (U+0000 to U+00FF) a byte, which is what Nix means by a string.
 * Comparing two with `<` compares their bytes, `Buffer.from(s, "latin1")` gives the bytes themselves.
 */
export type ByteString = string;

/** Orders by bytes, as Nix orders the keys of its maps; for `Array.prototype.sort`. */
export function compareByteStrings(left: ByteString, right: ByteString): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The UTF-8 bytes of a text. */
export function byteStringFromText(text: string): ByteString {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The text whose UTF-8 bytes these are; what isn't UTF-8 becomes U+FFFD. For people to read. */
export function textFromByteString(byteString: ByteString): string {
  return Buffer.from(byteString, "latin1").toString("utf8");
}
