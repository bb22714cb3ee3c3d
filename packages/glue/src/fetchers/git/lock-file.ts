import { setTimeout as sleep } from "node:timers/promises";
import type { CallOptions } from "@tvix-mesh/service";
import { lock } from "proper-lockfile";

const staleMs = 30_000;
const pollMs = 100;

/** Waits until no other process, nor anybody else in this one, holds the lock that is named after `path`. */
export async function takeLock(path: string, options: CallOptions): Promise<AsyncDisposable> {
  while (true) {
    options.signal?.throwIfAborted();
    try {
      const release = await lock(path, { realpath: false, stale: staleMs });
      return { [Symbol.asyncDispose]: () => release().catch(() => undefined) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
      await sleep(pollMs, undefined, { signal: options.signal });
    }
  }
}
