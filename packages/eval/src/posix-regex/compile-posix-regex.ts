import { PosixRegex } from "./posix-regex.ts";

const GENERATION_SIZE = 512;

/** Two generations: when the younger is full the older goes, so what is in use stays and the rest costs nothing. */
let younger = new Map<string, PosixRegex>();
let older = new Map<string, PosixRegex>();

/** The compiled pattern, from a bounded cache. Throws PosixRegexError. */
export function compilePosixRegex(pattern: string): PosixRegex {
  const recent = younger.get(pattern);
  if (recent !== undefined) return recent;
  const regex = older.get(pattern) ?? new PosixRegex(pattern);
  if (younger.size >= GENERATION_SIZE) {
    older = younger;
    younger = new Map();
  }
  younger.set(pattern, regex);
  return regex;
}
