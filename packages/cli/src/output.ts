import process from "node:process";

/** What a shell reports of a process that a closed pipe has ended. */
const brokenPipeStatus = 141;

/** Ends the process without a word when whoever reads its output has gone, as `head` does. */
export function endQuietlyWhenReaderIsGone(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(brokenPipeStatus);
      throw error;
    });
}

/** Writes to standard output; resolves when more may be written. */
export function writeOutput(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(data, () => resolve());
  });
}
