import { NixError } from "../values/nix-error.ts";
import { utf8SequenceLength } from "./utf8-validation.ts";

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const ESCAPED = /["\\\x00-\x1f]/g;

const NOT_ASCII = /[\x80-\xff]/;

/** Where a byte string stops being UTF-8, or -1. */
function invalidUtf8Offset(bytes: string): number {
  for (let offset = 0; offset < bytes.length; ) {
    const length = utf8SequenceLength(bytes, offset);
    if (length === 0) return offset;
    offset += length;
  }
  return -1;
}

/**
 * A string in quotes as `toJSON` writes it since Nix 2.12: control characters are escaped, other ones stand as they are.
 * A NixError for bytes that are not UTF-8, which JSON can't hold.
 */
export function quoteJsonString(bytes: string): string {
  if (NOT_ASCII.test(bytes)) {
    const offset = invalidUtf8Offset(bytes);
    if (offset >= 0) {
      const byte = bytes.charCodeAt(offset).toString(16).toUpperCase();
      throw new NixError(
        "no-json",
        `cannot convert a string to JSON: invalid UTF-8 byte 0x${byte} at offset ${offset}`,
      );
    }
  }
  const escaped = bytes.replace(
    ESCAPED,
    (character) => SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}
