import { BuildQueue } from "@tvix-mesh/build/build-queue";
import type { CallOptions } from "@tvix-mesh/service";
import type { EvaluationHost } from "./evaluation-host.ts";

export interface EvaluationPoolOptions {
  /** How many evaluations run side by side; the others wait their turn. */
  readonly size: number;
  createHost(): EvaluationHost;
}

/** Warm hosts. A job goes to the one that was used last, which is the warmest; a second one starts when it is busy. */
export class EvaluationPool implements AsyncDisposable {
  readonly #options: EvaluationPoolOptions;
  readonly #turns: BuildQueue;
  readonly #all: EvaluationHost[] = [];
  /** Used last at the end. */
  readonly #idle: EvaluationHost[] = [];

  constructor(options: EvaluationPoolOptions) {
    this.#options = options;
    this.#turns = new BuildQueue({ maxJobs: options.size, memoryBytes: 0n });
  }

  /** Starts a first host before a job needs it. */
  warmUp(): void {
    const host = this.#take();
    host.start();
    this.#idle.push(host);
  }

  #take(): EvaluationHost {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const host = this.#options.createHost();
    this.#all.push(host);
    return host;
  }

  /** Runs a job when it is its turn. */
  async run(runOn: (host: EvaluationHost) => Promise<void>, options?: CallOptions): Promise<void> {
    using _turn = await this.#turns.enter(0n, options?.signal);
    const host = this.#take();
    try {
      await runOn(host);
    } finally {
      this.#idle.push(host);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((host) => host[Symbol.asyncDispose]()));
  }
}
