import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { CallOptions } from "@tvix-mesh/service";
import { environment } from "@tvix-mesh/service/environment";
import { ServiceError } from "@tvix-mesh/service/service-error";
import { defaultCacheDirectory } from "../fetchers/cache-directory.ts";
import type { BridgeHandlers } from "./bridge-methods.ts";
import type { EvaluationHost } from "./evaluation-host.ts";
import type { EvaluationJob, EvaluationMessage } from "./evaluation-job.ts";
import { defaultThreadLimits, type EvaluationThreadOptions } from "./evaluation-thread.ts";
import type { FromProcess, ToProcess } from "./process-messages.ts";
import { runInterruptibly } from "./run-interruptibly.ts";

function compileCacheDirectory(): string {
  return environment.get("NODE_COMPILE_CACHE") ?? join(defaultCacheDirectory(), "compile");
}

/** How long an evaluation that is interrupted may take to end by itself, and its thread after that. */
const endingTimeMs = 5_000;

interface RunningJob {
  readonly openHandlers: () => Promise<BridgeHandlers>;
  readonly receive: (message: EvaluationMessage) => void;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * A warm process with an evaluating thread. A single allocation beyond a thread's limit ends the whole process in V8;
 * here that is no daemon with other clients. A job that doesn't end when it is aborted, or that uses up the memory, takes
 * the process with it; the next job starts a new one.
 */
export class EvaluationProcess implements EvaluationHost {
  readonly #options: EvaluationThreadOptions;
  #child: ChildProcess | undefined;
  #job: RunningJob | undefined;
  #isDisposed = false;

  constructor(options: EvaluationThreadOptions) {
    this.#options = options;
  }

  start(): void {
    this.#open();
  }

  #open(): ChildProcess {
    if (this.#child) return this.#child;
    const child = fork(new URL("./evaluation-process-main.ts", import.meta.url), {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      // What Node.js has stripped of types need not be done again: half of a new process's memory.
      env: environment.forChild({ NODE_COMPILE_CACHE: compileCacheDirectory() }),
      // The thread frees memory itself, before it says that there is too little, and when it has nothing to do.
      execArgv: ["--expose-gc"],
    });
    child.on("message", (message: FromProcess) => void this.#receive(child, message));
    child.on("exit", (code, signal) => this.#lose(child, signal ?? `code ${code}`));
    child.on("error", (error) => this.#lose(child, error.message));
    this.#child = child;
    this.#send(child, { kind: "configure", options: this.#options });
    setReferenced(child, false);
    return child;
  }

  #send(child: ChildProcess, message: ToProcess): void {
    // A process that has just ended takes no more; its exit is told by its own event.
    if (child.connected) child.send(message, () => undefined);
  }

  async #receive(child: ChildProcess, message: FromProcess): Promise<void> {
    const job = this.#job;
    if (this.#child !== child) return;
    if (message.kind === "spent" && !job) await this.#replace(child);
    if (message.kind === "spent" || !job) return;
    if (message.kind === "message") job.receive(message.message);
    else if (message.kind === "call") await this.#answer(child, job, message);
    else if (message.failure) job.fail(new ServiceError(message.failure.code, message.failure.message));
    else job.done();
  }

  async #answer(
    child: ChildProcess,
    job: RunningJob,
    { call, method, argument }: Extract<FromProcess, { kind: "call" }>,
  ): Promise<void> {
    try {
      const handlers = await job.openHandlers();
      this.#send(child, { kind: "answer", call, value: await handlers[method](argument as never) });
    } catch (error) {
      const code = ServiceError.is(error) ? error.code : "internal";
      const message = error instanceof Error ? error.message : String(error);
      this.#send(child, { kind: "answer", call, failure: { code, message } });
    }
  }

  #lose(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const { maxOldGenerationSizeMb } = this.#options.limits ?? defaultThreadLimits;
    const reason = ["SIGABRT", "SIGTRAP", "SIGILL", "SIGKILL"].includes(how)
      ? new ServiceError(
          "resource-exhausted",
          `Cannot evaluate: it needs more than ${maxOldGenerationSizeMb} MiB of memory`,
        )
      : new ServiceError("internal", `Cannot evaluate: the evaluating process ended (${how})`);
    this.#job?.fail(reason);
  }

  async run(
    job: EvaluationJob,
    openHandlers: () => Promise<BridgeHandlers>,
    receive: (message: EvaluationMessage) => void,
    options?: CallOptions,
  ): Promise<void> {
    await runInterruptibly<ChildProcess>(
      {
        open: () => {
          const child = this.#open();
          setReferenced(child, true);
          return child;
        },
        start: (child, done, fail) => {
          this.#job = { openHandlers, receive, done, fail };
          this.#send(child, { kind: "run", job });
        },
        interrupt: (child) => this.#send(child, { kind: "interrupt" }),
        endingTimeMs,
        stop: (child) => this.#stop(child),
        release: (child) => {
          this.#job = undefined;
          setReferenced(child, false);
        },
      },
      options,
    );
  }

  /** The next job finds a process as warm as a new one is. */
  async #replace(child: ChildProcess): Promise<void> {
    await this.#stop(child);
    if (!this.#isDisposed) this.start();
  }

  async #stop(child: ChildProcess): Promise<void> {
    if (this.#child === child) this.#child = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Whoever waits for the end must live to see it.
    setReferenced(child, true);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    if (this.#child) await this.#stop(this.#child);
  }
}

/** An idle evaluating process keeps its parent from nothing. */
function setReferenced(child: ChildProcess, referenced: boolean): void {
  if (referenced) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}
