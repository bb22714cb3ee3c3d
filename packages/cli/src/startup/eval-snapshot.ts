/**
 * What a snapshot of V8's heap is made of, from which `tvix eval` starts: its code is loaded and has run before. Whatever
 * a start of the program needs is imported here; the rest is loaded from the bundle when it is asked for.
 */
import { join } from "node:path";
import process from "node:process";
import { startupSnapshot } from "node:v8";
import "../commands/eval.ts";
import { runCommandLine } from "../command-line.ts";
import "../evaluate/evaluate.ts";
import { areReadable } from "../readable-words.ts";
import "../services/open-local-evaluator.ts";
import { findCurrentBundle, root } from "./startup-bundle.ts";
import { warmUp } from "./warm-up.ts";

/** Where the rest of the bundle lies: told by what makes the bundle. */
declare const bundleDirectory: string;
/** The options of Node.js that the program has when it runs from its sources. */
declare const plainOptions: readonly string[];

/** The root of the repository that this Node.js belongs to, which may have been moved or copied since. */
function presentRoot(): string {
  return join(process.execPath, "../../../..");
}

/** Starts the program anew from its sources if they aren't those that this snapshot was made of. */
function start(): void {
  const words = process.argv.slice(1);
  const isCurrent = presentRoot() === root && findCurrentBundle() === bundleDirectory;
  // Words that are refused can't be handed on as they are.
  if (isCurrent || !areReadable(words)) void runCommandLine(words);
  else {
    const main = join(presentRoot(), "packages/cli/src/main.ts");
    process.execve?.(process.execPath, [process.execPath, ...plainOptions, main, ...words]);
  }
}

startupSnapshot.setDeserializeMainFunction(start);
// The snapshot is taken when there is nothing left to do.
void warmUp();
