import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { environment } from "@tvix-mesh/service/environment";
import type { Daemon } from "./daemons.ts";
import { nodeOptionsOf } from "./node-options.ts";

export interface DaemonProcessOptions {
  readonly port: number;
  readonly dataDirectory: string;
  readonly memory: boolean;
  readonly logLevel: string;
  readonly drainTimeoutSeconds: number;
  /** Changes to the environment: addresses of peers, telemetry. */
  readonly variables: Readonly<Record<string, string>>;
  /** Gets each line that the daemon writes. */
  readonly log: (line: string) => void;
}

/** A daemon that runs as a child process. */
export interface DaemonProcess {
  readonly daemon: Daemon;
  /** Its URL, once it listens; rejects if it ends before. */
  readonly address: Promise<string>;
  /** Resolves when it has ended, with words for how. */
  readonly ended: Promise<string>;
  /** Asks it to finish its calls and end; kills it if it hasn't within its time. Resolves when it has ended. */
  stop(): Promise<void>;
  kill(): void;
}

/** How much longer than its own deadline a daemon may take to end. */
const graceMs = 5_000;

function listeningAddress(child: ChildProcess, daemon: Daemon, ended: Promise<string>): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: { type?: string; addresses?: readonly string[] }) => {
      if (message.type === "listening") resolve(`${daemon.scheme}://${message.addresses?.[0]}`);
    });
    ended.then((how) => reject(new Error(`Cannot start ${daemon.name}: it ${how}`)));
  });
}

function describeEnd(status: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with status ${status}` : `was ended by ${signal}`;
}

/** Starts a daemon under this process's own Node.js, in a process group that a terminal's Ctrl-C doesn't reach. */
export function startDaemon(daemon: Daemon, options: DaemonProcessOptions): DaemonProcess {
  const main = fileURLToPath(new URL(`../../../../services/${daemon.name}/src/main.ts`, import.meta.url));
  const settings = ["--listen", `127.0.0.1:${options.port}`, "--data", options.dataDirectory];
  settings.push("--log-level", options.logLevel, "--drain-timeout", String(options.drainTimeoutSeconds));
  if (options.memory && daemon.hasStore) settings.push("--memory");
  const child = fork(main, settings, {
    detached: true,
    env: environment.forChild({ OTEL_SERVICE_NAME: daemon.name, ...options.variables }),
    execArgv: [...nodeOptionsOf(daemon.name), "--import", import.meta.resolve("@tvix-mesh/service/telemetry")],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on("line", options.log);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be run: ${error.message}`));
    child.once("exit", (status, signal) => resolve(describeEnd(status, signal)));
  });
  const address = listeningAddress(child, daemon, ended);
  address.catch(() => undefined);
  return {
    daemon,
    address,
    ended,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), options.drainTimeoutSeconds * 1000 + graceMs);
      await ended;
      clearTimeout(timer);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
