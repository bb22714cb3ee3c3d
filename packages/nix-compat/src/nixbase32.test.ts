import { describe, expect, it } from "vitest";
import { decodeHex, encodeHex } from "./hex.ts";
import { decodeNixBase32, encodeNixBase32, nixBase32Length } from "./nixbase32.ts";

const vectors: readonly (readonly [hex: string, text: string])[] = [
  ["", ""],
  ["1f", "0z"],
  ["d86b33926aac1d1ed2b4b6cb8aa68d0a2ac7ff2f", "5zzwfahaink8mjxnnk91w7dcda936syq"],
  [
    "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "1bp7cri8hplaz6hbz0v4f0nl44rl84q1sg25kgwqzipzd1mv89ic",
  ],
];

describe("nixbase32", () => {
  it.each(vectors)("encodeNixBase32(%s) and back gives %s", (hex, text) => {
    expect(encodeNixBase32(decodeHex(hex))).toBe(text);
    expect(encodeHex(decodeNixBase32(text))).toBe(hex);
  });

  it("decodes what it encoded, whatever the length", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length * 7) & 255);
      const text = encodeNixBase32(bytes);
      expect(text).toHaveLength(nixBase32Length(length));
      expect(decodeNixBase32(text)).toEqual(bytes);
    }
  });

  it("decodeNixBase32() refuses characters outside the alphabet and says where", () => {
    expect(() => decodeNixBase32("0e")).toThrow('Cannot decode nixbase32 "0e": character "e" at 1');
    expect(() => decodeNixBase32("é0")).toThrow('character "é" at 0');
    expect(() => decodeNixBase32("0A")).toThrow('character "A" at 1');
  });

  it("decodeNixBase32() refuses bits in the padding and impossible lengths", () => {
    expect(() => decodeNixBase32("zz")).toThrow("its padding bits aren't zero");
    expect(() => decodeNixBase32("zbp7cri8hplaz6hbz0v4f0nl44rl84q1sg25kgwqzipzd1mv89ic")).toThrow("padding bits");
    expect(() => decodeNixBase32("0")).toThrow("no byte sequence has 1 digits");
    expect(() => decodeNixBase32("000")).toThrow("no byte sequence has 3 digits");
  });
});
