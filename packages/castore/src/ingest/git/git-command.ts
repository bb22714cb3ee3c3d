import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { type CallOptions, environment, ServiceError } from "@tvix-mesh/service";

/** What a git that started us may have set for its own repository. */
const foreignVariables = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"];
const longestMessages = 8 * 1024;

function start(repository: string, words: readonly string[]): ChildProcessWithoutNullStreams {
  // An object is what its id says, whatever a repository wants to be seen in its place.
  const ours = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_NO_REPLACE_OBJECTS: "1", GIT_OPTIONAL_LOCKS: "0" };
  const variables: Record<string, string | undefined> = { ...environment.all(), ...ours };
  for (const name of foreignVariables) delete variables[name];
  return spawn("git", ["-C", repository, ...words], { env: variables });
}

function collectMessages(child: ChildProcessWithoutNullStreams): () => string {
  let messages = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (messages.length < longestMessages) messages += text;
  });
  return () => messages.trim();
}

function failure(repository: string, reason: string, cause?: unknown): ServiceError {
  return new ServiceError("failed-precondition", `Cannot read git repository ${repository}: ${reason}`, { cause });
}

/**
 * What a git command of a repository writes while `input` is written to it. `failed-precondition` with git's own words
 * if it fails or can't be run.
 */
export async function* runGit(
  repository: string,
  words: readonly string[],
  input: Iterable<string>,
  { signal }: CallOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const child = start(repository, words);
  const messages = collectMessages(child);
  const closed = once(child, "close") as Promise<[number | null]>;
  closed.catch(() => undefined);
  const stop = (): void => void child.kill();
  signal?.addEventListener("abort", stop);
  // If it reads no more, it has failed, and says so.
  child.stdin.on("error", () => undefined);
  Readable.from(input).pipe(child.stdin);
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>)
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    const [exitCode] = await closed.catch((cause: unknown) => {
      const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
      throw failure(repository, isMissing ? "git is not installed" : String(cause), cause);
    });
    signal?.throwIfAborted();
    if (exitCode !== 0) throw failure(repository, messages() || `git ${words[0]} ended with ${exitCode}`);
  } finally {
    signal?.removeEventListener("abort", stop);
    child.kill();
  }
}
