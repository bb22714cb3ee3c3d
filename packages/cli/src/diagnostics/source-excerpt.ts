const maximumColumns = 120;

function withoutControls(text: string): string {
  return text.replace(/[^\t\P{Cc}]/gu, "\ufffd");
}

/** Blanks as wide as `text`; tabs stay, so that the terminal widens both alike. */
function blanksFor(text: string): string {
  // Made here, because it takes a fifth of the start of a command that has nothing to report.
  const graphemes = new Intl.Segmenter();
  return Array.from(graphemes.segment(text), ({ segment }) => (segment === "\t" ? "\t" : " ")).join("");
}

/**
 * A source line and, below it, blanks up to `column`. The column counts bytes from 1. Of a long line only the
 * neighbourhood of the column is shown.
 */
export function excerptSourceLine(
  line: Uint8Array,
  column: number,
): { readonly line: string; readonly blanks: string } {
  const decoder = new TextDecoder();
  const before = withoutControls(decoder.decode(line.subarray(0, Math.max(column - 1, 0))));
  const after = withoutControls(decoder.decode(line.subarray(Math.max(column - 1, 0))));
  const start = before.length > maximumColumns / 2 && before.length + after.length > maximumColumns;
  const shownBefore = start ? `…${before.slice(-maximumColumns / 2)}` : before;
  const room = maximumColumns - shownBefore.length;
  const shownAfter = after.length > room ? `${after.slice(0, room)}…` : after;
  return { line: shownBefore + shownAfter, blanks: blanksFor(shownBefore) };
}
