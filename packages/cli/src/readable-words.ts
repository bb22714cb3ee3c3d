import { isUtf8 } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";

const ownCommandLine = "/proc/self/cmdline";

/** What Node.js puts in the place of bytes that aren't UTF-8. */
const replacement = "\ufffd";

/** Whether the words are what the user wrote: Node.js replaces bytes that aren't UTF-8, and doesn't tell. */
export function areReadable(words: readonly string[]): boolean {
  if (!words.some((word) => word.includes(replacement))) return true;
  return !existsSync(ownCommandLine) || isUtf8(readFileSync(ownCommandLine));
}
