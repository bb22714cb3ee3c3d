import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEvaluatorClient } from "@tvix-mesh/glue";
import { StorePath } from "@tvix-mesh/nix-compat";
import { createPathInfoServiceClient } from "@tvix-mesh/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DaemonName } from "./testing/daemon-process.ts";
import { shellDerivation } from "./testing/derivations.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { retry } from "./testing/retry.ts";
import { runTvix } from "./testing/tvix.ts";

let mesh: Mesh;

beforeAll(async () => {
  mesh = await startMesh();
});

afterAll(() => mesh?.[Symbol.asyncDispose]());

/** Builds an expression by the evaluator alone, and answers the store paths. */
async function buildByEvaluator(expression: string): Promise<readonly string[]> {
  const evaluator = createEvaluatorClient(mesh.channel("evaluator"));
  const source = { case: "text" as const, value: Buffer.from(expression) };
  const paths: string[] = [];
  for await (const { event } of evaluator.build({ expression: { source } }))
    if (event.case === "builtOutputs") paths.push(...event.value.outputs.map(({ storePath }) => storePath));
  return paths;
}

/** An expression that needs every daemon: a source with a directory in it, and a build. */
function expressionOf(name: string): string {
  const source = join(mesh.dataDirectory, "sources", name);
  mkdirSync(join(source, "directory"), { recursive: true });
  writeFileSync(join(source, "directory/file"), name);
  return shellDerivation(name, `echo ${name} > $out`, `source = builtins.path { path = ${source}; };`);
}

const peers: readonly DaemonName[] = ["blob-service", "directory-service", "pathinfo-service", "build-service"];

describe.each(peers)("While %s is down", (peer) => {
  beforeAll(() => mesh.kill9(peer));

  test("a build by the evaluator ends with an error that names it", async () => {
    const build = buildByEvaluator(expressionOf(`evaluator-without-${peer}`));
    await expect(build).rejects.toThrow(new RegExp(`^Cannot reach ${peer} at ${mesh.address(peer)}: `));
  });

  test("tvix build ends with 1 and an error that names it", async () => {
    const { exitCode, stdout, stderr } = await runTvix(mesh, ["build", "-E", expressionOf(`cli-without-${peer}`)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`Cannot reach ${peer} at ${mesh.address(peer)}: `);
  });

  test("once it is back, the evaluator builds again", async () => {
    await mesh.restart(peer);
    const [path] = await retry(() => buildByEvaluator(expressionOf(`evaluator-without-${peer}`)));
    expect(path).toMatch(new RegExp(`-evaluator-without-${peer}$`));
  });
});

test("tvix ends with 1 and an error that names the evaluator if that is down", async () => {
  await mesh.kill9("evaluator");
  const { exitCode, stdout, stderr } = await runTvix(mesh, ["eval", "-E", "1 + 1"]);
  await mesh.restart("evaluator");
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(`Cannot reach evaluator at ${mesh.address("evaluator")}: `);
});

test("a builder that fails: its last log lines, exit 1, no path info", async () => {
  const expression = shellDerivation("failing", 'for line in $(busybox seq 1 50); do echo "line $line"; done; exit 7');
  const evaluated = await runTvix(mesh, ["eval", "--raw", "-E", `(${expression}).outPath`]);
  const outPath = StorePath.parseAbsolute(evaluated.stdout);
  const { exitCode, stdout, stderr } = await runTvix(mesh, ["build", "-E", expression]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain("line 50");
  expect(stderr).toMatch(/exit(ed with)? code 7/);
  const pathInfos = createPathInfoServiceClient(mesh.channel("pathinfo-service"));
  expect(await pathInfos.get(outPath.digest)).toBeUndefined();
});
