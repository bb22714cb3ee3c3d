import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type CallOptions, environment, ServiceError } from "@tvix-mesh/service";

export interface GitOptions extends CallOptions {
  /** Where git runs. */
  readonly directory: string;
  /** Exit codes that are an answer, not a failure; 0 always is. */
  readonly answers?: readonly number[];
  readonly input?: Uint8Array;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly output: Buffer;
  readonly messages: string;
}

/** Hooks and monitors are programs that a repository or its user names: fetching runs none of them. */
const settings = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0"];
/** What a git that started us may have set for its own repository. */
const foreignVariables = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"];
const longestMessages = 8 * 1024;

function start(args: readonly string[], { directory, signal, input }: GitOptions): ChildProcess {
  const variables = { ...environment.all(), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" } as Record<string, string>;
  for (const name of foreignVariables) delete variables[name];
  const child = spawn("git", [...settings, ...args], {
    cwd: directory,
    env: variables,
    stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  // A git that ends before it has read everything says why by its exit code.
  child.stdin?.on("error", () => undefined).end(input);
  return child;
}

function cannotRun(cause: unknown, { directory, signal }: GitOptions): unknown {
  if (signal?.aborted) return signal.reason;
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  const reason = isMissing
    ? `it is not installed, or ${directory} does not exist`
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return new ServiceError("failed-precondition", `Cannot run git: ${reason}`, { cause });
}

function collectMessages(child: ChildProcess): () => string {
  let messages = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (messages.length < longestMessages) messages += text;
  });
  return () => messages.trim();
}

function failed(args: readonly string[], exitCode: number | null, messages: string): ServiceError {
  const end = exitCode === null ? "was killed" : `failed with exit code ${exitCode}`;
  return new ServiceError("failed-precondition", `program 'git ${args.join(" ")}' ${end}:\n${messages}`);
}

/** What git writes, as it comes. Throws at the end if git says that it has failed. */
export async function* streamGit(args: readonly string[], options: GitOptions): AsyncGenerator<Uint8Array, void> {
  const child = start(args, options);
  const messages = collectMessages(child);
  const closed = once(child, "close") as Promise<[number | null]>;
  closed.catch(() => undefined);
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>)
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    const [exitCode] = await closed;
    if (exitCode !== 0) throw failed(args, exitCode, messages());
  } catch (error) {
    throw ServiceError.is(error) ? error : cannotRun(error, options);
  } finally {
    child.kill();
  }
}

/** Runs git to its end. `failed-precondition` with what it says if it fails, or can't be run. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const child = start(args, options);
  const messages = collectMessages(child);
  const pieces: Buffer[] = [];
  child.stdout?.on("data", (piece: Buffer) => pieces.push(piece));
  let exitCode: number | null;
  try {
    [exitCode] = (await once(child, "close")) as [number | null];
  } catch (error) {
    throw cannotRun(error, options);
  }
  if (exitCode === null || (exitCode !== 0 && !options.answers?.includes(exitCode)))
    throw failed(args, exitCode, messages());
  return { exitCode, output: Buffer.concat(pieces), messages: messages() };
}

/** The only line that git writes. */
export async function gitLine(args: readonly string[], options: GitOptions): Promise<string> {
  return (await runGit(args, options)).output.toString("utf8").trim();
}
