import { spawn } from "node:child_process";
import { once } from "node:events";

export interface Run {
  readonly seconds: number;
  readonly output: string;
}

/** Runs a command to its end and measures it, from its start on. Its errors go to ours. */
export async function run(
  command: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(command, options, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  const [code] = await once(child, "close");
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`Cannot run ${command} ${options.join(" ")}: it ended with ${code}`);
  return { seconds, output: Buffer.concat(pieces).toString("utf8").trim() };
}

/** Runs a script of this folder under this Node.js; it answers JSON. */
export async function runScript<Answer>(
  name: string,
  options: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<{ readonly seconds: number; readonly answer: Answer }> {
  const script = new URL(name, import.meta.url).pathname;
  const { seconds, output } = await run(process.execPath, [...nodeOptions, script, ...options]);
  return { seconds, answer: JSON.parse(output) as Answer };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
