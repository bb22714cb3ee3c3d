import { MessageChannel, Worker } from "node:worker_threads";
import type { CallOptions } from "@tvix-mesh/service";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { BridgeHandlers } from "./bridge-methods.ts";
import type { EvaluationHost } from "./evaluation-host.ts";
import type { EvaluationJob, EvaluationMessage } from "./evaluation-job.ts";
import { runInterruptibly } from "./run-interruptibly.ts";
import { type BridgeEnd, serveBridge } from "./sync-bridge.ts";

/** What the thread starts with. */
export interface EvaluationWorkerData extends BridgeEnd {
  readonly environment: Readonly<Record<string, string>>;
  readonly experimentalFeatures: readonly string[];
  readonly maxHeapBytes: number;
  /** Set to end the evaluation that runs. */
  readonly interruption: Int32Array;
}

/** Limits of the evaluating thread. */
export interface ThreadLimits {
  /** Deep recursion ends in an error of the program once the stack is used up. */
  readonly stackSizeMb: number;
  readonly maxOldGenerationSizeMb: number;
}

export const defaultThreadLimits: ThreadLimits = { stackSizeMb: 256, maxOldGenerationSizeMb: 4096 };
const maxYoungGenerationSizeMb = 192;
/** How long an evaluation that is interrupted may take to end by itself. */
const endingTimeMs = 3_000;

/**
 * What V8 gets. The evaluation itself looks how much it uses, now and then, and ends with an error that says where; V8,
 * which ends the thread, comes second.
 */
function hardHeapLimitMb(maxOldGenerationSizeMb: number): number {
  return Math.ceil(maxOldGenerationSizeMb * 1.25) + 64;
}

interface RunningJob {
  readonly openHandlers: () => Promise<BridgeHandlers>;
  readonly receive: (message: EvaluationMessage) => void;
  readonly fail: (error: Error) => void;
}

export interface EvaluationThreadOptions {
  /** What `builtins.getEnv` sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits?: ThreadLimits | undefined;
  /** Parts of the language and built-ins that Nix calls experimental, by its names for them; none by default. */
  readonly experimentalFeatures?: readonly string[] | undefined;
}

/**
 * A warm thread that evaluates one job at a time. A job that doesn't end when it is aborted, or that uses up the memory,
 * takes the thread with it; the next job starts a new one.
 */
export class EvaluationThread implements EvaluationHost {
  readonly #limits: ThreadLimits;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #experimentalFeatures: readonly string[];
  readonly #interruption = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  #job: RunningJob | undefined;

  constructor(options: EvaluationThreadOptions) {
    this.#limits = options.limits ?? defaultThreadLimits;
    this.#environment = options.environment;
    this.#experimentalFeatures = options.experimentalFeatures ?? [];
  }

  start(): void {
    this.#open();
  }

  #open(): Worker {
    if (this.#worker) return this.#worker;
    const { port1, port2 } = new MessageChannel();
    const answers = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL("./evaluation-worker.ts", import.meta.url), {
      workerData: {
        port: port2,
        answers,
        environment: this.#environment,
        experimentalFeatures: this.#experimentalFeatures,
        maxHeapBytes: this.#limits.maxOldGenerationSizeMb * 2 ** 20,
        interruption: this.#interruption,
      } satisfies EvaluationWorkerData,
      transferList: [port2],
      resourceLimits: {
        stackSizeMb: this.#limits.stackSizeMb,
        maxOldGenerationSizeMb: hardHeapLimitMb(this.#limits.maxOldGenerationSizeMb),
        maxYoungGenerationSizeMb,
      },
    });
    serveBridge({ port: port1, answers }, async (method, argument) => {
      if (!this.#job) throw new ServiceError("cancelled", `Cannot answer ${method}: its evaluation is over`);
      const handlers = await this.#job.openHandlers();
      return await handlers[method](argument as never);
    });
    worker.on("message", (message: EvaluationMessage) => this.#job?.receive(message));
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", () => {
      port1.close();
      this.#lose(worker, new Error("it ended"));
    });
    // An idle evaluator keeps no process alive.
    worker.unref();
    port1.unref();
    this.#worker = worker;
    return worker;
  }

  #lose(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const outOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    const reason = outOfMemory
      ? `it needs more than ${this.#limits.maxOldGenerationSizeMb} MiB of memory`
      : error.message;
    this.#job?.fail(
      new ServiceError(outOfMemory ? "resource-exhausted" : "internal", `Cannot evaluate: ${reason}`, { cause: error }),
    );
  }

  async run(
    job: EvaluationJob,
    openHandlers: () => Promise<BridgeHandlers>,
    receive: (message: EvaluationMessage) => void,
    options?: CallOptions,
  ): Promise<void> {
    await runInterruptibly<Worker>(
      {
        open: () => {
          Atomics.store(this.#interruption, 0, 0);
          const worker = this.#open();
          worker.ref();
          return worker;
        },
        start: (worker, done, fail) => {
          this.#job = {
            openHandlers,
            fail,
            receive(message) {
              receive(message);
              if (message.kind === "finished") done();
            },
          };
          worker.postMessage(job);
        },
        interrupt: () => Atomics.store(this.#interruption, 0, 1),
        endingTimeMs,
        stop: (worker) => this.#stop(worker),
        release: (worker) => {
          this.#job = undefined;
          worker.unref();
        },
      },
      options,
    );
  }

  /** Bytes of values, code and whatever else is alive or not yet collected; 0 if the thread has ended. */
  async heapBytes(): Promise<number> {
    const statistics = await this.#worker?.getHeapStatistics().catch(() => undefined);
    return statistics?.used_heap_size ?? 0;
  }

  async #stop(worker: Worker): Promise<void> {
    if (this.#worker === worker) this.#worker = undefined;
    await worker.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#worker) await this.#stop(this.#worker);
  }
}
