import { FormatError } from "./format-error.ts";

const alphabet = "0123456789abcdfghijklmnpqrsvwxyz";

const notADigit = 255;
const digitByCharCode = new Uint8Array(128).fill(notADigit);
for (let digit = 0; digit < alphabet.length; digit++) digitByCharCode[alphabet.charCodeAt(digit)] = digit;

export function nixBase32Length(byteLength: number): number {
  return Math.ceil((byteLength * 8) / 5);
}

/** Nix's base 32: digits of five bits, the most significant bits of the last byte first. */
export function encodeNixBase32(bytes: Uint8Array): string {
  let text = "";
  for (let position = nixBase32Length(bytes.length) - 1; position >= 0; position--) {
    const index = (position * 5) >> 3;
    const shift = (position * 5) & 7;
    const pair = bytes[index]! | ((bytes[index + 1] ?? 0) << 8);
    text += alphabet[(pair >> shift) & 31];
  }
  return text;
}

/** Refuses foreign characters, lengths that no encoder writes, and set bits past the last byte. */
export function decodeNixBase32(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 5) >> 3);
  if (nixBase32Length(bytes.length) !== text.length) {
    throw new FormatError(`Cannot decode nixbase32 "${text}": no byte sequence has ${text.length} digits`);
  }
  for (let index = 0; index < text.length; index++) {
    const digit = digitByCharCode[text.charCodeAt(index)] ?? notADigit;
    if (digit === notADigit) {
      throw new FormatError(`Cannot decode nixbase32 "${text}": character ${JSON.stringify(text[index])} at ${index}`);
    }
    const bit = (text.length - 1 - index) * 5;
    const target = bit >> 3;
    const shifted = digit << (bit & 7);
    bytes[target]! |= shifted & 255;
    if (shifted > 255) {
      if (target + 1 === bytes.length) {
        throw new FormatError(`Cannot decode nixbase32 "${text}": its padding bits aren't zero`);
      }
      bytes[target + 1]! |= shifted >> 8;
    }
  }
  return bytes;
}

/** Whether every character is a digit; says nothing about padding. */
export function isNixBase32(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if ((digitByCharCode[text.charCodeAt(index)] ?? notADigit) === notADigit) return false;
  }
  return true;
}
