/** The length of the well-formed UTF-8 sequence at `offset` of a byte string, or 0: no surrogates, nothing overlong. */
export function utf8SequenceLength(bytes: string, offset: number): number {
  const first = bytes.charCodeAt(offset);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes.charCodeAt(offset + 1);
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  // A comparison with NaN, past the end, is false: hence the negated conditions.
  if (!(second >= lowest && second <= highest)) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let index = 2; index < length; index++) {
    const continuation = bytes.charCodeAt(offset + index);
    if (!(continuation >= 0x80 && continuation <= 0xbf)) return 0;
  }
  return length;
}

/** The UTF-8 bytes of a code point, one a character. */
export function encodeUtf8(codePoint: number): string {
  if (codePoint < 0x80) return String.fromCharCode(codePoint);
  if (codePoint < 0x800) return String.fromCharCode(0xc0 | (codePoint >> 6), 0x80 | (codePoint & 0x3f));
  if (codePoint < 0x10000)
    return String.fromCharCode(0xe0 | (codePoint >> 12), 0x80 | ((codePoint >> 6) & 0x3f), 0x80 | (codePoint & 0x3f));
  return String.fromCharCode(
    0xf0 | (codePoint >> 18),
    0x80 | ((codePoint >> 12) & 0x3f),
    0x80 | ((codePoint >> 6) & 0x3f),
    0x80 | (codePoint & 0x3f),
  );
}
