import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What is kept at most; older lines go when a session starts. */
const maxLines = 5_000;
/** A line that is longer is no one's to type again. */
const maxLineLength = 10_000;

/** The lines that a user has typed in this session and those before. */
export interface ReplHistory {
  /** Newest first. */
  readonly lines: readonly string[];
  add(line: string): void;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    // There is none yet, or it can't be read; either way the session starts without.
    return [];
  }
}

/**
 * The history in a file, which several sessions may share: each appends its lines as they come. A file that can't be
 * written costs the history, not the session.
 */
export function openHistory(file: string): ReplHistory {
  const lines = readLines(file);
  const kept = lines.slice(-maxLines);
  try {
    mkdirSync(dirname(file), { recursive: true });
    if (kept.length < lines.length) {
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, `${kept.join("\n")}\n`, { mode: 0o600 });
      renameSync(draft, file);
    }
  } catch {
    return { lines: kept.reverse(), add: () => undefined };
  }
  return {
    lines: kept.reverse(),
    add(line) {
      if (line.trim() === "" || line.length > maxLineLength || /[\n\r]/.test(line)) return;
      try {
        appendFileSync(file, `${line}\n`, { mode: 0o600 });
      } catch {
        // As above.
      }
    },
  };
}
