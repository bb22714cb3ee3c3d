function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * The parts of a version: runs of digits, and runs of anything else; dots and dashes only separate.
 * Used lazily, since most comparisons end at the first difference.
 */
export function* versionComponents(version: string): Generator<string, undefined> {
  let position = 0;
  while (true) {
    while (position < version.length && (version[position] === "." || version[position] === "-")) position++;
    if (position === version.length) return undefined;
    const start = position;
    const numeric = isDigit(version.charCodeAt(position));
    while (
      position < version.length &&
      version[position] !== "." &&
      version[position] !== "-" &&
      isDigit(version.charCodeAt(position)) === numeric
    )
      position++;
    yield version.slice(start, position);
  }
}
