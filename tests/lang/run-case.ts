import { Readable } from "node:stream";
import { runCommand } from "../compose/run-command.ts";
import { cleanEnvironment } from "../e2e/testing/daemon-process.ts";
import type { CommandCase, Verdict } from "./command-case.ts";

const timeoutMs = 60_000;

/** Runs a command on a case, and judges what comes of it. */
export async function runCase(command: readonly string[], languageCase: CommandCase): Promise<Verdict> {
  const { words, directory, environment, stdin, expectation } = languageCase;
  const [program = "", ...first] = command;
  const result = await runCommand(program, [...first, ...words], {
    cwd: directory,
    environment: cleanEnvironment(environment),
    timeoutMs,
    ...(stdin === undefined ? {} : { input: Readable.from([stdin]) }),
  });
  const stdout = result.stdout.replaceAll(directory, "/pwd");
  // What a signal has ended has neither printed nor refused.
  const didEnd = result.exitCode >= 0 && result.exitCode < 128;
  if (expectation.kind === "prints") {
    const output = expectation.output?.replaceAll(directory, "/pwd");
    if (result.exitCode === 0 && stdout === (output ?? stdout)) return { kind: "right", sameMessage: true };
    const got = result.exitCode === 0 ? stdout : `exit code ${result.exitCode}: ${result.stderr.trim()}`;
    return { kind: "wrong", expected: output ?? "no failure", got };
  }
  const misunderstood = /unknown option.*|unrecogni[sz]ed (?:option|flag).*/.exec(result.stderr)?.[0];
  if (misunderstood !== undefined)
    return { kind: "wrong", expected: `error: ${expectation.message ?? ""}`, got: misunderstood };
  if (didEnd && result.exitCode !== 0) {
    const parts = (expectation.message ?? "").split("\n");
    return { kind: "right", sameMessage: parts.every((part) => result.stderr.includes(part)) };
  }
  return { kind: "wrong", expected: `error: ${expectation.message ?? ""}`, got: didEnd ? stdout : "it didn't end" };
}
