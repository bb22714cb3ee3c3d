import type { DockerEngine } from "./docker-engine.ts";

const script = "process.stdout.write(await (await fetch(process.argv[1])).text())";

/** What an address on the engine's network answers. */
export async function fetchJson<Json>(engine: DockerEngine, url: string): Promise<Json> {
  const { stdout, stderr } = await engine.runInNetwork(process.execPath, [
    ...["--input-type=module", "--eval", script],
    url,
  ]);
  if (stdout === "") {
    throw new Error(`Cannot fetch ${url}: ${stderr}`);
  }
  return JSON.parse(stdout);
}
