import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** What running something once took. */
export interface Usage {
  readonly elapsedSeconds: number;
  /** User and system time of all threads: other work on the machine disturbs it least. */
  readonly cpuSeconds: number;
}

export interface ProgramUsage extends Usage {
  readonly output: string;
  readonly peakMemoryMib: number;
}

/** Runs a program under GNU time. Throws if it fails. */
export function measureProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProgramUsage {
  const directory = mkdtempSync(join(tmpdir(), "tvix-measure-"));
  try {
    const figures = join(directory, "figures");
    const timed = ["-f", "%U %S %M", "-o", figures, program, ...args];
    const start = performance.now();
    const { status, stdout, stderr, error } = spawnSync("/usr/bin/time", timed, { env, maxBuffer: 1 << 28 });
    const elapsedSeconds = (performance.now() - start) / 1000;
    if (error) throw new Error("Cannot measure: /usr/bin/time is missing (Debian's package is called time)");
    if (status !== 0) throw new Error(`Cannot measure ${program}: it failed: ${stderr}`);
    const [user = 0, system = 0, memoryKib = 0] = readFileSync(figures, "utf8").split(" ").map(Number);
    return {
      output: stdout.toString(),
      elapsedSeconds,
      cpuSeconds: user + system,
      peakMemoryMib: memoryKib / 1024,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What this process needs for some work, threads included. */
export async function measure(work: () => Promise<unknown>): Promise<Usage> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const elapsedSeconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { elapsedSeconds, cpuSeconds: (user + system) / 1e6 };
}

/** The least that each figure was: what disturbs a measurement only ever adds to it. */
export function best(usages: readonly Usage[]): Usage {
  return {
    elapsedSeconds: Math.min(...usages.map((usage) => usage.elapsedSeconds)),
    cpuSeconds: Math.min(...usages.map((usage) => usage.cpuSeconds)),
  };
}

/** Resident memory of the one child process that this process has. */
export function childMemoryMib(): number {
  const pids = execFileSync("ps", ["--ppid", String(process.pid), "-o", "rss=,comm="], { encoding: "utf8" });
  const sizes = pids
    .split("\n")
    .filter((line) => line !== "" && !line.endsWith(" ps"))
    .map((line) => Number.parseInt(line, 10));
  return Math.max(...sizes) / 1024;
}
