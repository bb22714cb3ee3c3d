import type { CallOptions } from "@tvix-mesh/service";
import type { BridgeHandlers, BridgeMethods } from "./bridge-methods.ts";
import type { EvaluationHost } from "./evaluation-host.ts";
import type { EvaluationJob, EvaluationMessage } from "./evaluation-job.ts";
import { EvaluationProcess } from "./evaluation-process.ts";
import { EvaluationRunner } from "./evaluation-runner.ts";
import { defaultThreadLimits, type EvaluationThreadOptions } from "./evaluation-thread.ts";

/** Ends an evaluation that asks for something that only the services can answer. */
class ServicesNeeded extends Error {
  constructor(method: keyof BridgeMethods) {
    super(`Cannot answer ${method}: nobody can be waited for in this thread`);
  }
}

/**
 * Evaluates in the caller's own thread, which is busy meanwhile: no start of a thread, for a program that evaluates once
 * and ends. An evaluation that needs an answer of the services is done again in a process, which can wait for them (a
 * thread can't start where a snapshot has started the program); evaluations are deterministic, so what was told before
 * is not told twice.
 */
export class InlineEvaluation implements EvaluationHost {
  readonly #options: EvaluationThreadOptions;
  #runner: EvaluationRunner | undefined;
  #process: EvaluationProcess | undefined;
  #needsServices = false;
  #receive: (message: EvaluationMessage) => void = () => {};

  constructor(options: EvaluationThreadOptions) {
    this.#options = options;
  }

  start(): void {
    this.#runner ??= this.#openRunner();
  }

  async run(
    job: EvaluationJob,
    openHandlers: () => Promise<BridgeHandlers>,
    receive: (message: EvaluationMessage) => void,
    options?: CallOptions,
  ): Promise<void> {
    options?.signal?.throwIfAborted();
    let told = 0;
    if (!this.#needsServices && job.timeoutMs === undefined) {
      this.#runner ??= this.#openRunner();
      this.#receive = (message) => {
        told++;
        receive(message);
      };
      await this.#runner.run(job);
      if (!this.#needsServices) return;
      this.#runner = undefined;
    }
    this.#process ??= new EvaluationProcess(this.#options);
    const receiveNews = (message: EvaluationMessage) => {
      if (told > 0) told--;
      else receive(message);
    };
    await this.#process.run(job, openHandlers, receiveNews, options);
  }

  #openRunner(): EvaluationRunner {
    const { environment, experimentalFeatures = [], limits = defaultThreadLimits } = this.#options;
    const need = (method: keyof BridgeMethods) => (): never => {
      this.#needsServices = true;
      throw new ServicesNeeded(method);
    };
    return new EvaluationRunner({
      environment,
      experimentalFeatures,
      maxHeapBytes: limits.maxOldGenerationSizeMb * 2 ** 20,
      interruption: new Int32Array(1),
      collectGarbage: globalThis.gc,
      bridge: {
        realise: need("realise"),
        isValidPath: need("isValidPath"),
        references: need("references"),
        fileType: need("fileType"),
        readFile: need("readFile"),
        readDir: need("readDir"),
        readLink: need("readLink"),
        fetch: need("fetch"),
        copyWithinStore: need("copyWithinStore"),
      },
      send: (message) => {
        if (!this.#needsServices) this.#receive(message);
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
  }
}
