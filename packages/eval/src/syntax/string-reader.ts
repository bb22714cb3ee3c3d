/** A stretch of string contents up to what ends it. `end` is where the ending starts. */
export interface StringChunk {
  readonly text: string;
  readonly end: number;
  readonly stop: "close" | "interpolation" | "end of file";
}

/** Reads from `at` inside `"…"`: escapes undone, CR and CR LF as LF. */
export function readStringChunk(source: string, at: number): StringChunk {
  let text = "";
  let from = at;
  let here = at;
  for (;;) {
    if (here >= source.length) return { text: text + source.slice(from), end: source.length, stop: "end of file" };
    const code = source.charCodeAt(here);
    if (code === 34) return { text: text + source.slice(from, here), end: here, stop: "close" };
    if (code === 36) {
      const next = source.charCodeAt(here + 1);
      if (next === 123) return { text: text + source.slice(from, here), end: here, stop: "interpolation" };
      // `$$` hides the second `$`, so that `$${` is no interpolation.
      here += next === 34 || next === 92 || next === 13 || Number.isNaN(next) ? 1 : 2;
    } else if (code === 92) {
      if (here + 1 >= source.length)
        return { text: text + source.slice(from), end: source.length, stop: "end of file" };
      text += source.slice(from, here) + escapedCharacter(source.charCodeAt(here + 1));
      here += 2;
      from = here;
    } else if (code === 13) {
      text += `${source.slice(from, here)}\n`;
      here += source.charCodeAt(here + 1) === 10 ? 2 : 1;
      from = here;
    } else here++;
  }
}

function escapedCharacter(code: number): string {
  if (code === 110) return "\n";
  if (code === 114) return "\r";
  return code === 116 ? "\t" : String.fromCharCode(code);
}

/** A piece of an indented string: raw text whose indentation counts, or literal text that only ends an indentation. */
export interface IndentedPiece {
  readonly text: string;
  readonly isRaw: boolean;
}

export interface IndentedChunk {
  readonly pieces: readonly IndentedPiece[];
  readonly end: number;
  readonly stop: "close" | "interpolation" | "end of file";
}

/** Where the contents of an indented string start: a first line of only spaces doesn't belong to it. */
export function indentedContentStart(source: string, at: number): number {
  let here = at;
  while (source.charCodeAt(here) === 32) here++;
  return source.charCodeAt(here) === 10 ? here + 1 : at;
}

/** Reads from `at` inside `''…''`. */
export function readIndentedChunk(source: string, at: number): IndentedChunk {
  const pieces: IndentedPiece[] = [];
  let from = at;
  let here = at;
  const raw = () => {
    if (here > from) pieces.push({ text: source.slice(from, here), isRaw: true });
  };
  const literal = (text: string, length: number) => {
    raw();
    pieces.push({ text, isRaw: false });
    here += length;
    from = here;
  };
  for (;;) {
    if (here >= source.length) {
      raw();
      return { pieces, end: source.length, stop: "end of file" };
    }
    const code = source.charCodeAt(here);
    const next = source.charCodeAt(here + 1);
    if (code === 36) {
      if (next === 123) {
        raw();
        return { pieces, end: here, stop: "interpolation" };
      }
      if (next === 39 || Number.isNaN(next)) literal("$", 1);
      else here += 2;
    } else if (code === 39) {
      if (next !== 39) {
        if (next === 36 || Number.isNaN(next)) literal("'", 1);
        else here += 2;
        continue;
      }
      const third = source.charCodeAt(here + 2);
      if (third === 36) literal("$", 3);
      else if (third === 39) literal("''", 3);
      else if (third === 92 && here + 3 < source.length) literal(escapedCharacter(source.charCodeAt(here + 3)), 4);
      else {
        raw();
        return { pieces, end: here, stop: "close" };
      }
    } else here++;
  }
}
