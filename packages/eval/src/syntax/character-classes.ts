/** Bits of the classes a byte belongs to. */
export const identifierStart = 1;
export const identifierPart = 2;
export const digit = 4;
export const pathPart = 8;
export const schemePart = 16;
export const uriPart = 32;
export const blank = 64;

function makeTable(): Uint8Array {
  const table = new Uint8Array(256);
  const mark = (characters: string, bits: number) => {
    for (const character of characters) table[character.charCodeAt(0)] = (table[character.charCodeAt(0)] ?? 0) | bits;
  };
  const lower = "abcdefghijklmnopqrstuvwxyz";
  const letters = lower + lower.toUpperCase();
  const digits = "0123456789";
  mark(`${letters}_`, identifierStart);
  mark(`${letters}${digits}_'-`, identifierPart);
  mark(digits, digit);
  mark(`${letters}${digits}._-+`, pathPart);
  mark(`${letters}${digits}+-.`, schemePart);
  mark(`${letters}${digits}%/?:@&=+$,-_.!~*'`, uriPart);
  mark(" \t\r\n", blank);
  return table;
}

/** Class bits by byte. */
export const characterClasses: Uint8Array = makeTable();
