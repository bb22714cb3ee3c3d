import process from "node:process";

/**
 * Whether this thread can go as deep as evaluations do. `bin/tvix` raises the system's limit and tells Node.js so; the
 * stack that a process has otherwise ends at a few thousand calls.
 */
export function hasLargeStack(): boolean {
  return process.execArgv.some((argument) => argument.startsWith("--stack-size="));
}
