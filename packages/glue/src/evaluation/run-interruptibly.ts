import type { CallOptions } from "@tvix-mesh/service";

/** How one job runs on a thread or process that others follow on. */
export interface InterruptibleRun<Host> {
  /** The thread or process; kept alive until it is released. */
  open(): Host;
  /** Sets the job going. It is over when one of the two is called. */
  start(host: Host, done: () => void, fail: (error: Error) => void): void;
  /** Asks the job to end by itself, which it may take `endingTimeMs` for. */
  interrupt(host: Host): void;
  readonly endingTimeMs: number;
  /** Ends the host, and the job with it. */
  stop(host: Host): Promise<void>;
  /** After every job, however it ended. */
  release(host: Host): void;
}

/** Runs a job to its end. If it fails, or doesn't end in time when the signal is aborted, its host is stopped. */
export async function runInterruptibly<Host>(run: InterruptibleRun<Host>, { signal }: CallOptions = {}): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const host = run.open();
  let patience: NodeJS.Timeout | undefined;
  const abort = () => {
    run.interrupt(host);
    patience = setTimeout(() => reject(signal?.reason), run.endingTimeMs);
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    run.start(host, resolve, reject);
    await promise;
  } catch (error) {
    await run.stop(host);
    throw error;
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener("abort", abort);
    run.release(host);
  }
  signal?.throwIfAborted();
}
