import { join } from "node:path";
import { type CommandResult, runCommand } from "../../compose/run-command.ts";
import { cleanEnvironment, repository } from "./daemon-process.ts";
import type { Mesh } from "./mesh.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

const program = join(repository, "packages/cli/bin/tvix");

/** Runs the command line as a client of the mesh, with a home of its own. */
export async function runTvix(
  mesh: Mesh,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  using home = makeTemporaryDirectory("home");
  return await runCommand(program, words, {
    cwd: home.path,
    environment: cleanEnvironment({ HOME: home.path, ...mesh.clientEnvironment, ...environment }),
    // Longer than any deadline of ours: who reaches it hangs.
    timeoutMs: 120_000,
  });
}
