import type { Admission } from "../grpc/server.ts";
import { ServiceError } from "../service-error.ts";

/** Counts calls under way and, once draining, takes no more. */
export class Drain implements Admission {
  readonly #name: string;
  #running = 0;
  #draining = false;
  #idle: (() => void) | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  enter(): void {
    if (this.#draining) throw new ServiceError("unavailable", `${this.#name} is shutting down`);
    this.#running++;
  }

  leave(): void {
    this.#running--;
    if (this.#running === 0) this.#idle?.();
  }

  /** Refuses new calls from now on. Answers true when none is under way any more, false after `timeoutMs`. */
  async start(timeoutMs: number): Promise<boolean> {
    this.#draining = true;
    if (this.#running === 0) return true;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
