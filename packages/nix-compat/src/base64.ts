import { FormatError } from "./format-error.ts";

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** As lenient as Nix: padding may be absent or too long, line feeds anywhere. Anything else foreign is refused. */
export function decodeBase64(text: string): Uint8Array {
  const digits = /^([A-Za-z0-9+/]*)=*$/.exec(text.includes("\n") ? text.replaceAll("\n", "") : text)?.[1];
  if (digits === undefined || digits.length % 4 === 1) throw new FormatError(`Cannot decode base64 "${text}"`);
  return new Uint8Array(Buffer.from(digits, "base64"));
}
