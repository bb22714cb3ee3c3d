import type { Writable } from "node:stream";
import { derivationName } from "../derivation-name.ts";
import { printableLine } from "./printable-line.ts";
import type { ProgressDisplay } from "./progress-display.ts";

/** By Progress.step. What was there already is no news. */
const verbs: readonly (string | undefined)[] = [undefined, "building", "built", "failed to build"];

/** Writes a line when a build starts and ends, and each line of its log. */
export function createPlainDisplay(output: Writable): ProgressDisplay {
  return {
    progress({ step, derivationPath }) {
      const verb = verbs[step];
      if (verb) output.write(`${verb} ${derivationPath}\n`);
    },
    logLine({ derivationPath, line }) {
      output.write(`${derivationName(derivationPath)}> ${printableLine(line)}\n`);
    },
    print(text) {
      output.write(text);
    },
    end: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}
