import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../compose/run-command.ts";
import { cleanEnvironment } from "../e2e/testing/daemon-process.ts";
import { type Mesh, startMesh } from "../e2e/testing/mesh.ts";
import { makeTemporaryDirectory } from "../e2e/testing/temporary-directory.ts";
import { tvixProgram } from "../e2e/testing/tvix-alone.ts";

/** Files that evaluate to the list of what is wrong. */
const lists = ["misc", "systems", "fetchers"];
/**
 * Scripts that call nix-instantiate, and end with 0 if all is well. sources.sh is left out: it looks at what was copied
 * under /nix/store itself, where a store of ours need not be.
 */
const scripts = ["modules", "filesystem", "debug", "network"];

/**
 * What the scripts call: ours under Nix's name, without the options that only Nix has. Warnings that abort are a choice
 * of the whole evaluator, so where they are asked for one of its own evaluates.
 */
const standIn = `#!/bin/bash
words=()
while [ $# -gt 0 ]; do
  case $1 in
    --timeout) shift 2 ;;
    --option)
      if [ "$2 $3" = "abort-on-warn true" ]; then export NIX_ABORT_ON_WARN=1; unset EVALUATOR_ADDR; fi
      shift 3 ;;
    *) words+=("$1"); shift ;;
  esac
done
exec ${tvixProgram} eval "\${words[@]}"
`;

interface LibraryRun {
  readonly name: string;
  readonly words: readonly string[];
  readonly isRight: (stdout: string) => boolean;
}

function runsOf(tests: string): readonly LibraryRun[] {
  const evaluate = (name: string): LibraryRun => ({
    name: `${name}.nix`,
    words: ["nix-instantiate", "--eval", "--strict", join(tests, `${name}.nix`)],
    isRight: (stdout) => stdout.trim() === "[ ]",
  });
  const script = (name: string): LibraryRun => ({
    name: `${name}.sh`,
    words: ["bash", join(tests, `${name}.sh`)],
    isRight: () => true,
  });
  return [...lists.map(evaluate), ...scripts.map(script)].filter(({ name }) => existsSync(join(tests, name)));
}

/** Runs the tests that nixpkgs' library brings, with our command line and a mesh that stays warm. Answers what fails. */
export async function checkLibrary(tree: string, say: (text: string) => void): Promise<readonly string[]> {
  using directory = makeTemporaryDirectory("library");
  const programs = join(directory.path, "bin");
  mkdirSync(programs);
  writeFileSync(join(programs, "nix-instantiate"), standIn);
  chmodSync(join(programs, "nix-instantiate"), 0o755);
  await using mesh: Mesh = await startMesh();
  const differences: string[] = [];
  for (const { name, words, isRight } of runsOf(join(tree, "lib/tests"))) {
    const [program = "", ...rest] = words;
    const { PATH = "", ...environment } = cleanEnvironment(mesh.clientEnvironment);
    const { exitCode, stdout, stderr } = await runCommand(program, rest, {
      cwd: tree,
      environment: {
        ...environment,
        PATH: `${programs}:${PATH}`,
        NIX_PATH: `nixpkgs=${tree}`,
        TEST_LIB: join(tree, "lib"),
        HOME: directory.path,
      },
    });
    const isOkay = exitCode === 0 && isRight(stdout);
    const summary = /[0-9]+ Pass/i.exec(stdout)?.[0] ?? stdout.trim().split("\n").at(-1)?.slice(0, 80) ?? "";
    say(`${isOkay ? "ok  " : "FAIL"} lib/tests/${name}: ${summary}`);
    if (!isOkay)
      differences.push(`lib/tests/${name}: exit code ${exitCode}\n${stdout.slice(-6000)}\n${stderr.slice(-3000)}`);
  }
  return differences;
}
