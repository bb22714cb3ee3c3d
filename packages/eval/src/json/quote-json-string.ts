const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const ESCAPED = /["\\\x00-\x1f]/g;

/**
 * A string in quotes as `toJSON` writes it. Bytes from 0x7f on pass through, also where they aren't UTF-8; backspace and
 * form feed have no short form.
 */
export function quoteJsonString(bytes: string): string {
  const escaped = bytes.replace(
    ESCAPED,
    (character) => SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}
