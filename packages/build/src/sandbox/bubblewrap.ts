import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { type CallOptions, ServiceError, toServiceError } from "@tvix-mesh/service";
import { bubblewrapOptions, commandLine } from "./bubblewrap-arguments.ts";
import { launchBubblewrap } from "./bubblewrap-launch.ts";
import { buildUser } from "./build-user.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { locateProgram } from "./locate-program.ts";
import { openLogPipe } from "./log-pipe.ts";
import type { Sandbox, SandboxCommand, SandboxExit } from "./sandbox.ts";

/** bubblewrap answers 128 plus the number for a command that a signal ended. A shell does so for its own children. */
const signalBase = 128;
const lastSignal = 31;

/** How much of what bubblewrap says before it starts the command is kept for the error. */
const preambleBytes = 4096;

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Gives every builder the stack that processes have by default, whatever whoever started us has given us. */
const sameStack = ["-c", 'ulimit -S -s 8192 2>/dev/null; exec "$@"', "sh"];

/** What bubblewrap reports, line by line, on its status descriptor. */
interface Status {
  "child-pid"?: number;
  /** Only there if the command was executed. */
  "exit-code"?: number;
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** A started bubblewrap. */
class BubblewrapProcess {
  readonly #child: ChildProcess;
  readonly #status: Status = {};
  readonly ended: Promise<void>;

  constructor(program: string, command: SandboxCommand, output: number) {
    const launch = launchBubblewrap(program, command);
    const options = bubblewrapOptions(command, launch.hostPath);
    const own = ["--json-status-fd", "3", "--args", "4", "--"];
    const words = [launch.program, ...launch.programArguments, ...own, ...commandLine(command)];
    this.#child = spawn("/bin/sh", [...sameStack, ...words], {
      cwd: "/",
      env: { PATH: searchPath },
      stdio: ["ignore", output, output, "pipe", "pipe"],
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#child.once("error", reject).once("close", () => resolve());
    this.ended = promise;
    this.ended.catch(() => undefined);
    this.#readStatus(this.#child.stdio[3] as Readable);
    const optionsPipe = this.#child.stdio[4] as Writable;
    // If bubblewrap dies before it has read them, its own words say why.
    optionsPipe.on("error", () => undefined);
    optionsPipe.end(options);
  }

  #readStatus(stream: Readable): void {
    let pending = "";
    stream.setEncoding("utf8").on("data", (piece: string) => {
      const lines = (pending + piece).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) if (line !== "") Object.assign(this.#status, JSON.parse(line));
    });
    stream.on("error", () => undefined);
  }

  /** Ends all processes of the sandbox. Await `ended` for their being gone. */
  kill(): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const first = this.#status["child-pid"];
    // Killing the sandbox's first process lets bubblewrap wait for all of them; it is ours as long as its parent is.
    if (first !== undefined && parentOf(first) === this.#child.pid) process.kill(first, "SIGKILL");
    else this.#child.kill("SIGKILL");
  }

  get exitCode(): number | undefined {
    return this.#status["exit-code"];
  }
}

function exitOf(code: number | undefined, preamble: string): SandboxExit {
  if (code !== undefined) {
    const signal = code - signalBase;
    return signal > 0 && signal <= lastSignal ? { kind: "killed", signal } : { kind: "exited", code };
  }
  const complaint = preamble.trim().split("\n").at(-1) ?? "";
  const notExecuted = /^bwrap: execvp (.*)$/.exec(complaint);
  if (notExecuted?.[1] !== undefined) return { kind: "not-executed", reason: notExecuted[1] };
  throw new ServiceError("failed-precondition", `Cannot make a sandbox: ${explainRefusal(complaint)}`);
}

async function* runBubblewrap(
  program: string,
  command: SandboxCommand,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, SandboxExit> {
  signal?.throwIfAborted();
  using pipe = await openLogPipe(join(command.privateDir, "log"), buildUser());
  const bubblewrap = new BubblewrapProcess(program, command, pipe.writeEnd);
  const kill = () => bubblewrap.kill();
  signal?.addEventListener("abort", kill, { once: true });
  if (signal?.aborted) kill();
  try {
    pipe.release();
    let preamble = "";
    for await (const piece of pipe.read()) {
      if (preamble.length < preambleBytes) preamble += Buffer.from(piece).toString("utf8");
      yield piece;
    }
    await bubblewrap.ended;
    signal?.throwIfAborted();
    return exitOf(bubblewrap.exitCode, preamble);
  } catch (error) {
    throw signal?.aborted ? signal.reason : toServiceError("Cannot run bubblewrap", error);
  } finally {
    signal?.removeEventListener("abort", kill);
    kill();
    await bubblewrap.ended.catch(() => undefined);
  }
}

/** Runs commands by bubblewrap, where unprivileged user namespaces are permitted. Root runs them as another user. */
export function createBubblewrapSandbox(): Sandbox {
  const program = locateProgram("bwrap");
  return {
    user: buildUser(),
    async *run(command, options: CallOptions = {}) {
      if (program === undefined)
        throw new ServiceError(
          "failed-precondition",
          "Cannot make a sandbox: bwrap not found; install it with: apt-get install bubblewrap",
        );
      return yield* runBubblewrap(program, command, options.signal);
    },
  };
}
