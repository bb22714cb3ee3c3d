import type { Admission } from "../grpc/server.ts";
import { ServiceError } from "../service-error.ts";

/** Counts calls under way and, once draining, takes no more. */
export class Drain implements Admission {
  readonly #name: string;
  readonly #cut = new AbortController();
  #running = 0;
  #draining = false;
  #idle: (() => void) | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  enter(): void {
    if (this.#draining) throw this.#refusal();
    this.#running++;
  }

  leave(): void {
    this.#running--;
    if (this.#running === 0) this.#idle?.();
  }

  #refusal(): ServiceError {
    return new ServiceError("unavailable", `${this.#name} is shutting down`);
  }

  /**
   * Refuses new calls from now on. Answers true when none is under way any more; after `timeoutMs` it cuts those that
   * are, and answers false.
   */
  async start(timeoutMs: number): Promise<boolean> {
    this.#draining = true;
    if (this.#running === 0) return true;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#cut.abort(this.#refusal());
        resolve(false);
      }, timeoutMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
