import type { DockerEngine } from "./docker-engine.ts";

const script = `
const answer = await fetch(process.argv[1]);
process.stdout.write(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
`;

/** What an address on the engine's network answers, which must be a success. */
export async function fetchFromStack(engine: DockerEngine, url: string): Promise<string> {
  const fetching = ["--input-type=module", "--eval", script, url];
  const { exitCode, stdout, stderr } = await engine.runInNetwork(process.execPath, fetching);
  if (exitCode !== 0) {
    throw new Error(`Cannot fetch ${url}: ${stdout}${stderr}`);
  }
  return stdout;
}
