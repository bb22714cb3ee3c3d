import { setTimeout as sleep } from "node:timers/promises";
import type { CallOptions } from "../call-options.ts";
import type { RetryOptions } from "../composition/combinator-backends.ts";
import { ServiceError } from "../service-error.ts";

/** Whether the same call may succeed a moment later. */
function passes(error: unknown): boolean {
  return ServiceError.is(error, "unavailable") || ServiceError.is(error, "deadline-exceeded");
}

export interface Retrier {
  /** Calls until it succeeds, fails for good or the attempts are used up. */
  call<Result>(attempt: () => Promise<Result>, options?: CallOptions): Promise<Result>;
  /**
   * Iterates until the end is reached, starting once more where it breaks off. `open` gets the values that were handed
   * out already and must not hand them out again. Progress gives all attempts back.
   */
  iterate<Value>(
    open: (handedOut: number) => AsyncIterable<Value>,
    options?: CallOptions,
    sizeOf?: (value: Value) => number,
  ): AsyncGenerator<Value>;
}

/** `pause` is told how long to wait at most. */
export function createRetrier(
  { attempts, pauseMs }: RetryOptions,
  pause: (longestMs: number, signal?: AbortSignal) => Promise<void> = pauseAtRandom,
): Retrier {
  async function recover(error: unknown, failed: number, options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    if (!passes(error) || failed >= attempts) throw error;
    await pause(pauseMs * 2 ** (failed - 1), options?.signal);
  }

  return {
    async call(attempt, options) {
      for (let failed = 1; ; failed += 1) {
        try {
          return await attempt();
        } catch (error) {
          await recover(error, failed, options);
        }
      }
    },
    async *iterate(open, options, sizeOf = () => 1) {
      let handedOut = 0;
      for (let failed = 1; ; failed += 1) {
        try {
          for await (const value of open(handedOut)) {
            handedOut += sizeOf(value);
            failed = 0;
            yield value;
          }
          return;
        } catch (error) {
          failed = Math.max(failed, 1);
          await recover(error, failed, options);
        }
      }
    },
  };
}

async function pauseAtRandom(longestMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(longestMs * (0.5 + Math.random() / 2), undefined, { signal });
  } catch {
    signal?.throwIfAborted();
  }
}
