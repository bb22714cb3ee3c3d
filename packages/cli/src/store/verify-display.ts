import type { WriteStream } from "node:tty";
import type { StoreVerification } from "@tvix-mesh/store";

const eraseLine = "\r\x1b[K";
const bytesPerMegabyte = 1_000_000;

/** How far a verification is, in one line. */
export interface VerifyDisplay extends Disposable {
  progress(counts: StoreVerification): void;
  /** Takes the line away, so that something else can be written; it comes back with the next progress. */
  clear(): void;
}

function describe(counts: StoreVerification): string {
  const megabytes = Math.floor(counts.archiveBytes / bytesPerMegabyte);
  const unreached = counts.unreachedBlobCount + counts.unreachedDirectoryCount;
  const rest = unreached > 0 ? `, ${unreached} objects that no path leads to` : "";
  return `[${counts.pathCount} paths, ${counts.blobCount} blobs, ${megabytes} MB of archives${rest}]`;
}

/** Keeps the line on `terminal`, written anew at most every `intervalMs`; where `terminal` is none, nothing is written. */
export function createVerifyDisplay(
  terminal: WriteStream,
  intervalMs = 100,
  now: () => number = () => performance.now(),
): VerifyDisplay {
  let isShown = false;
  let nextMs = now() + intervalMs;
  const clear = (): void => {
    if (isShown) terminal.write(eraseLine);
    isShown = false;
  };
  return {
    progress(counts) {
      if (!terminal.isTTY) return;
      const atMs = now();
      if (atMs < nextMs) return;
      nextMs = atMs + intervalMs;
      isShown = true;
      const line = describe(counts);
      terminal.write(eraseLine + line.slice(0, (terminal.columns || 80) - 1));
    },
    clear,
    [Symbol.dispose]: clear,
  };
}
