import { type CallOptions, createRetrier, type Retrier, ServiceError } from "@tvix-mesh/service";
import { Limiter } from "../limiter.ts";

export interface RemoteRequestsOptions {
  /** How many run at once; others wait for their turn, as long as it takes. */
  readonly parallel?: number;
  /** How long a request may go on without anything coming or going. */
  readonly requestTimeoutMs?: number | undefined;
  /** How often a request is made at most. */
  readonly attempts?: number | undefined;
  /** The ServiceError for what a request threw. `action` is the "Cannot verb object" part of the message. */
  readonly fromError: (action: string, error: unknown) => ServiceError;
}

/** What one attempt at a request is told. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** To be called whenever something came or went: the request's time starts anew. */
  readonly progressed: () => void;
}

/** Makes requests to a server far away: so many at once, each with a limited time, again when the server has trouble. */
export class RemoteRequests {
  readonly #slots: Limiter;
  readonly #timeoutMs: number;
  readonly #retrier: Retrier;
  readonly #fromError: RemoteRequestsOptions["fromError"];

  constructor({ parallel = 128, requestTimeoutMs = 60_000, attempts = 5, fromError }: RemoteRequestsOptions) {
    this.#slots = new Limiter(parallel);
    this.#timeoutMs = requestTimeoutMs;
    this.#retrier = createRetrier({ attempts, pauseMs: 100 });
    this.#fromError = fromError;
  }

  /** `action` is the "Cannot verb object" part of the message, should it fail. */
  make<Result>(
    action: string,
    options: CallOptions | undefined,
    request: (attempt: Attempt) => Promise<Result>,
  ): Promise<Result> {
    return this.#retrier.call(async () => {
      options?.signal?.throwIfAborted();
      const { result } = await this.#slots.start(() => this.#attempt(action, options, request));
      return await result;
    }, options);
  }

  async #attempt<Result>(
    action: string,
    options: CallOptions | undefined,
    request: (attempt: Attempt) => Promise<Result>,
  ): Promise<Result> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#timeoutMs);
    try {
      const signal = options?.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal;
      return await request({ signal, progressed: () => timer.refresh() });
    } catch (cause) {
      options?.signal?.throwIfAborted();
      if (late.signal.aborted)
        throw new ServiceError("unavailable", `${action}: nothing came for ${this.#timeoutMs / 1000} s`, { cause });
      throw this.#fromError(action, cause);
    } finally {
      clearTimeout(timer);
    }
  }
}
