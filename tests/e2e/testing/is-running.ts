import { readdirSync, readFileSync } from "node:fs";

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended in the meantime.
    return "";
  }
}

/** Whether any process of this machine, in a sandbox or not, was started with exactly these words. */
export function isRunning(...words: readonly string[]): boolean {
  const wanted = words.map((word) => `${word}\0`).join("");
  return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && commandLine(entry) === wanted);
}
