function isBetween(low: string, high: string): (byte: number) => boolean {
  const lowest = low.charCodeAt(0);
  const highest = high.charCodeAt(0);
  return (byte) => byte >= lowest && byte <= highest;
}

const isUpper = isBetween("A", "Z");
const isLower = isBetween("a", "z");
const isDigit = isBetween("0", "9");
const isPrintable = isBetween(" ", "~");
const isControlSpace = isBetween("\t", "\r");
const isAlpha = (byte: number): boolean => isUpper(byte) || isLower(byte);
const isAlnum = (byte: number): boolean => isAlpha(byte) || isDigit(byte);
const isSpace = (byte: number): boolean => byte === 0x20 || isControlSpace(byte);

const CLASSES: Readonly<Record<string, (byte: number) => boolean>> = {
  alnum: isAlnum,
  alpha: isAlpha,
  blank: (byte) => byte === 0x20 || byte === 0x09,
  cntrl: (byte) => byte < 0x20 || byte === 0x7f,
  digit: isDigit,
  graph: (byte) => isPrintable(byte) && byte !== 0x20,
  lower: isLower,
  print: isPrintable,
  punct: (byte) => isPrintable(byte) && byte !== 0x20 && !isAlnum(byte),
  space: isSpace,
  upper: isUpper,
  xdigit: (byte) => isDigit(byte) || isBetween("A", "F")(byte) || isBetween("a", "f")(byte),
  // Not in POSIX, but the reference's library knows them.
  d: isDigit,
  s: isSpace,
  w: (byte) => isAlnum(byte) || byte === 0x5f,
};

/** The test for a class such as `alpha`, in the C locale; the case of the name doesn't matter. */
export function characterClass(name: string): ((byte: number) => boolean) | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(CLASSES, key) ? CLASSES[key] : undefined;
}

/** POSIX names of the characters that aren't letters, by code; letters are their own names. */
const COLLATION_NAMES: readonly (readonly [firstCode: number, names: string])[] = [
  [0x00, "NUL SOH STX ETX EOT ENQ ACK alert backspace tab newline vertical-tab form-feed carriage-return SO SI"],
  [0x10, "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC IS4 IS3 IS2 IS1"],
  [0x20, "space exclamation-mark quotation-mark number-sign dollar-sign percent-sign ampersand apostrophe"],
  [0x28, "left-parenthesis right-parenthesis asterisk plus-sign comma hyphen period slash"],
  [0x30, "zero one two three four five six seven eight nine colon semicolon"],
  [0x3c, "less-than-sign equals-sign greater-than-sign question-mark commercial-at"],
  [0x5b, "left-square-bracket backslash right-square-bracket circumflex underscore grave-accent"],
  [0x7b, "left-curly-bracket vertical-line right-curly-bracket tilde DEL"],
];

const CODES_BY_NAME = new Map(
  COLLATION_NAMES.flatMap(([firstCode, names]) =>
    names.split(" ").map((name, index): [string, number] => [name, firstCode + index]),
  ),
);

/** The character that `[.name.]` means. Characters with a name of their own, such as `-`, aren't names. */
export function collationCharacter(name: string): number | undefined {
  if (name.length === 1 && isAlpha(name.charCodeAt(0))) return name.charCodeAt(0);
  return CODES_BY_NAME.get(name);
}
