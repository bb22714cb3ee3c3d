import process from "node:process";

const statusBySignal = { SIGINT: 130, SIGTERM: 143 } as const;

export type EndingSignal = keyof typeof statusBySignal;

/** A signal that asks the process to end, as an AbortSignal. A second one ends it at once. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit status that tells of the signal; undefined while there was none. */
  readonly status: number | undefined;
}

/** Listens to the signals until the process ends. */
export function listenForInterruption(signals: readonly EndingSignal[]): Interruption {
  const controller = new AbortController();
  let status: number | undefined;
  for (const name of signals)
    process.on(name, () => {
      const value = statusBySignal[name];
      if (status !== undefined) process.exit(value);
      status = value;
      controller.abort(new Error(`interrupted by ${name}`));
    });
  return {
    signal: controller.signal,
    get status() {
      return status;
    },
  };
}
