import { writeSync } from "node:fs";
import process from "node:process";
import { printError } from "./print-error.ts";

/** What a shell reports of a process that a closed pipe has ended. */
const brokenPipeStatus = 141;

function endUnwritten(error: NodeJS.ErrnoException): never {
  printError(new Error(`Cannot write output: ${error.code ?? error.message}`, { cause: error }));
  process.exit(1);
}

/** Ends the process without a word when whoever reads its output has gone, as `head` does. */
export function endQuietlyWhenReaderIsGone(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(brokenPipeStatus);
      endUnwritten(error);
    });
}

/** Writes to standard output; resolves when more may be written. */
export function writeOutput(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(data, () => resolve());
  });
}

const pauseMs = 5;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}

/**
 * Writes at once to standard output (1) or standard error (2), for a thread that gets to nothing else. Ends the process
 * when whoever reads has gone.
 */
export function writeNow(descriptor: 1 | 2, data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length; )
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(brokenPipeStatus);
      // Another process has made the pipe one that doesn't wait.
      if (code !== "EAGAIN") endUnwritten(error as NodeJS.ErrnoException);
      pause();
    }
}
