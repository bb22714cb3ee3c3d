import type { ByteString } from "../byte-string.ts";

function isUnreserved(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 || // -
    code === 46 || // .
    code === 95 || // _
    code === 126 // ~
  );
}

/** Writes each byte as `%XX` that is neither unreserved (RFC 3986, 2.3) nor in `kept`. */
export function percentEncode(text: ByteString, kept = ""): string {
  let encoded = "";
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const character = text[index] as string;
    encoded +=
      isUnreserved(code) || kept.includes(character)
        ? character
        : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** Whether each `%` begins the code of a byte. */
export function isPercentEncoded(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}

export function percentDecode(text: string): ByteString {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
