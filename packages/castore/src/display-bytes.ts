/** A name, target or path of arbitrary bytes as text for messages: quoted, with what is no printable UTF-8 escaped. */
export function displayBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.includes("\ufffd")
    ? JSON.stringify(Buffer.from(bytes).toString("latin1")).replace(/[\x7f-\xff]/g, escapeByte)
    : JSON.stringify(text);
}

function escapeByte(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
