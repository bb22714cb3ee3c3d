import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ListeningMessage } from "@tvix-mesh/service";

export const repository = join(import.meta.dirname, "..", "..", "..");
/** Halves the time that a process of ours takes to start. */
const compileCache = join(repository, "node_modules/.cache/tvix-mesh-tests");
const telemetryModule = join(repository, "packages/service/src/telemetry/register.ts");

export type DaemonName =
  | "blob-service"
  | "directory-service"
  | "pathinfo-service"
  | "build-service"
  | "evaluator"
  | "nar-bridge";

export interface DaemonOptions {
  readonly name: DaemonName;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node.js itself. */
  readonly nodeArguments?: readonly string[];
}

export interface DaemonExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Options of Node.js that load the telemetry; it does nothing unless the environment names an exporter. */
export const telemetryArguments: readonly string[] = ["--import", telemetryModule];

/** What a child gets of this process's environment: nothing that could send it to other services or exporters. */
export function cleanEnvironment(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = "", TMPDIR = "/tmp", HOME = "/" } = process.env;
  return { PATH, TMPDIR, HOME, NODE_COMPILE_CACHE: compileCache, ...changes };
}

/** One daemon as a child process of the Node.js that runs the tests. */
export class DaemonProcess implements AsyncDisposable {
  readonly name: DaemonName;
  /** Where it listens. Rejects, with what it wrote, if it ends before it listens. */
  readonly listening: Promise<readonly string[]>;
  readonly exited: Promise<DaemonExit>;
  readonly #child: ChildProcess;
  #log = "";

  constructor(options: DaemonOptions) {
    this.name = options.name;
    const main = join(repository, "services", options.name, "src/main.ts");
    this.#child = spawn(process.execPath, [...(options.nodeArguments ?? []), main, ...options.arguments], {
      cwd: repository,
      env: cleanEnvironment(options.environment),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log += text;
      });
    this.exited = once(this.#child, "close").then(([code, signal]) => ({ code, signal }));
    this.listening = this.#waitForAddresses();
    this.listening.catch(() => undefined);
  }

  async #waitForAddresses(): Promise<readonly string[]> {
    const message = once(this.#child, "message").then(([value]) => value as ListeningMessage);
    const ended = this.exited.then(({ code, signal }) => {
      throw new Error(`${this.name} ended with ${signal ?? code} before it listened:\n${this.#log}`);
    });
    return (await Promise.race([message, ended])).addresses;
  }

  /** Everything it has written to its standard output and error so far. */
  get log(): string {
    return this.#log;
  }

  /** Its number; fails if it couldn't be started. */
  get processId(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`Cannot start ${this.name}`);
    return pid;
  }

  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it by SIGTERM. One that doesn't obey is killed, and that is an error. */
  async stop(): Promise<DaemonExit> {
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), 40_000);
    const exit = await this.exited;
    clearTimeout(timer);
    if (exit.signal === "SIGKILL") throw new Error(`${this.name} didn't end after SIGTERM:\n${this.#log}`);
    return exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
  }
}
