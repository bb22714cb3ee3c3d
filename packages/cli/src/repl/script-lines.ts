import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { LineSource } from "./line-source.ts";

/** The lines of a script. An interruption ends the process, as it ends other commands. */
export function readScriptLines(input: Readable, signal: AbortSignal): LineSource {
  const reader = createInterface({ input, signal, crlfDelay: Number.POSITIVE_INFINITY });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = await lines.next();
      signal.throwIfAborted();
      return done ? { kind: "end" } : { kind: "line", text: value };
    },
    interruptible: (work) => work(signal),
    [Symbol.dispose]: () => reader.close(),
  };
}
