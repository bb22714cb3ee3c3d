import { BuildQueue } from "@tvix-mesh/build";
import type { CallOptions } from "@tvix-mesh/service";
import type { BridgeHandlers } from "./bridge-methods.ts";
import type { EvaluationJob, EvaluationMessage } from "./evaluation-job.ts";
import { EvaluationThread, type EvaluationThreadOptions } from "./evaluation-thread.ts";

export interface EvaluationPoolOptions extends EvaluationThreadOptions {
  /** How many evaluations run side by side; the others wait their turn. */
  readonly threads: number;
}

/** Warm threads. A job goes to the one that was used last, which is the warmest; a second one starts when it is busy. */
export class EvaluationPool implements AsyncDisposable {
  readonly #options: EvaluationPoolOptions;
  readonly #turns: BuildQueue;
  readonly #all: EvaluationThread[] = [];
  /** Used last at the end. */
  readonly #idle: EvaluationThread[] = [];

  constructor(options: EvaluationPoolOptions) {
    this.#options = options;
    this.#turns = new BuildQueue({ maxJobs: options.threads, memoryBytes: 0n });
  }

  /** Starts a first thread before a job needs it. */
  warmUp(): void {
    const thread = this.#take();
    thread.start();
    this.#idle.push(thread);
  }

  #take(): EvaluationThread {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const thread = new EvaluationThread(this.#options);
    this.#all.push(thread);
    return thread;
  }

  /** As `EvaluationThread.run`, when it is the job's turn. */
  async run(
    job: EvaluationJob,
    handlers: BridgeHandlers,
    receive: (message: EvaluationMessage) => void,
    options?: CallOptions,
  ): Promise<void> {
    using _turn = await this.#turns.enter(0n, options?.signal);
    const thread = this.#take();
    try {
      await thread.run(job, handlers, receive, options);
    } finally {
      this.#idle.push(thread);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((thread) => thread[Symbol.asyncDispose]()));
  }
}
