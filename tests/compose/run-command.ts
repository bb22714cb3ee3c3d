import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** What the program reads from its standard input; nothing if absent. */
  readonly input?: Readable;
  /** The program is killed after this time. */
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
export async function runCommand(
  program: string,
  programArguments: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, programArguments, {
    cwd: options.cwd,
    env: options.environment ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: options.timeoutMs,
    killSignal: "SIGKILL",
  });
  const feed = options.input === undefined ? Promise.resolve(child.stdin.end()) : pipeline(options.input, child.stdin);
  const exit = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit, feed]);
  return { exitCode, stdout, stderr };
}

/** Runs a program that must succeed, and gives its standard output without the blanks around it. */
export async function requireCommand(
  program: string,
  programArguments: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(program, programArguments, options);
  if (exitCode !== 0) {
    const output = `${stdout}\n${stderr}`.trim().slice(-4000);
    throw new Error(`Cannot run ${program} ${programArguments.join(" ")}: exit code ${exitCode}\n${output}`);
  }
  return stdout.trim();
}
