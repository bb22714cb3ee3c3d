import { stripVTControlCharacters } from "node:util";

const decoder = new TextDecoder();

/** A builder's line without what would move the cursor or colour what follows. */
export function printableLine(line: Uint8Array): string {
  const text = stripVTControlCharacters(decoder.decode(line));
  // A progress bar redraws its line; its last state is what counts.
  const shown = text.replace(/\r+$/, "");
  return shown.slice(shown.lastIndexOf("\r") + 1).replace(/[^\t\P{Cc}]/gu, "");
}
