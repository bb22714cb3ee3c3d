import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type CommandResult, runCommand } from "../../compose/run-command.ts";
import { cleanEnvironment, repository } from "./daemon-process.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

export const tvixProgram = join(repository, "packages/cli/bin/tvix");

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Readable;
}

/** The command line without a mesh, as a user who has never used it finds it: its home is empty at first. */
export class LonelyTvix implements Disposable {
  readonly #home = makeTemporaryDirectory("home");

  get home(): string {
    return this.#home.path;
  }

  /** Runs a command to its end, whatever its exit code. */
  run(words: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return runCommand(tvixProgram, words, {
      ...options,
      environment: this.#environment(options),
      // Who reaches it hangs.
      timeoutMs: 120_000,
    });
  }

  /** Starts a command and leaves it running. */
  start(words: readonly string[], options: RunOptions = {}): ChildProcess {
    return spawn(tvixProgram, words, { cwd: options.cwd, env: this.#environment(options) });
  }

  #environment({ environment }: RunOptions): Record<string, string> {
    return cleanEnvironment({ HOME: this.home, ...environment });
  }

  [Symbol.dispose](): void {
    this.#home[Symbol.dispose]();
  }
}
