import { Worker } from "node:worker_threads";
import { Scan, type ScanAnswer, type ScanTask } from "./import-scan.ts";

/** Small imports are done before a thread would be up. */
const tasksBeforeThreads = 256;
const threads = 2;
/** Requests that a thread has at once, so that it never waits for the next. */
const requestsPerThread = 2;
const tasksPerRequest = 64;
/** In place, fewer: they hold up everything else. */
const tasksPerRequestInPlace = 8;

interface Request {
  resolve(answer: ScanAnswer): void;
  reject(error: unknown): void;
}

class ScanThread {
  readonly #worker = new Worker(new URL("./import-scan-worker.ts", import.meta.url), { execArgv: [], stdin: false });
  readonly requests: Request[] = [];

  constructor() {
    this.#worker.on("message", (answer: ScanAnswer) => this.requests.shift()?.resolve(answer));
    this.#worker.on("error", (error) => this.#lose(error));
    this.#worker.on("exit", () => this.#lose(new Error("Cannot scan: the thread has ended")));
  }

  #lose(error: unknown): void {
    for (const request of this.requests.splice(0)) request.reject(error);
  }

  scan(tasks: readonly ScanTask[]): Promise<ScanAnswer> {
    return new Promise((resolve, reject) => {
      this.requests.push({ resolve, reject });
      this.#worker.postMessage(tasks);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * Looks at files and directories with blocking calls, which take a tenth of the time of asynchronous ones: the first
 * few in place, what is more in threads.
 */
export class ImportScanner implements AsyncDisposable {
  #tasks = 0;
  #inPlace = 0;
  #scan: Scan | undefined;
  readonly #threads: ScanThread[] = [];

  /** How many tasks may be given to `scan` now; 0 if it is busy. */
  get room(): number {
    if (this.#threads.length === 0) return this.#inPlace === 0 ? tasksPerRequestInPlace : 0;
    return this.#freest() ? tasksPerRequest : 0;
  }

  #freest(): ScanThread | undefined {
    let freest: ScanThread | undefined;
    for (const thread of this.#threads)
      if (thread.requests.length < (freest?.requests.length ?? requestsPerThread)) freest = thread;
    return freest;
  }

  /** What is found, in the order of `tasks`; of the last ones nothing if the answer would be too large. */
  async scan(tasks: readonly ScanTask[]): Promise<ScanAnswer> {
    this.#tasks += tasks.length;
    const thread = this.#freest();
    // No more than the task: what else the caller's objects hold would be copied to the thread.
    if (thread) return thread.scan(tasks.map(({ kind, path }) => ({ kind, path })));
    this.#inPlace += 1;
    // Lets others have their turn in between.
    await new Promise(setImmediate);
    this.#inPlace -= 1;
    if (this.#tasks > tasksBeforeThreads) while (this.#threads.length < threads) this.#threads.push(new ScanThread());
    this.#scan ??= new Scan();
    return this.#scan.run(tasks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.stop()));
  }
}
