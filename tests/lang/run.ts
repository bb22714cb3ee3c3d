/**
 * Runs folders of language tests against a command: those of our format, and those of C++ Nix's `tests/functional/lang`.
 *
 *   node tests/lang/run.ts [--command "nix-instantiate"] [--version 2.8] [--exceptions FILE] [--only TEXT] FOLDER…
 *
 * The command must take nix-instantiate's options; ours is the default. Prints counts by category and every case that
 * differs. A file of exceptions, `{ "category/name": "reason" }`, lists what may; one that doesn't is reported too.
 * Exit code 1 if a case differs that is no exception, or an exception doesn't.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { makeTemporaryDirectory } from "../e2e/testing/temporary-directory.ts";
import { tvixProgram } from "../e2e/testing/tvix-alone.ts";
import type { CommandCase } from "./command-case.ts";
import { isNixFormat, readNixCases } from "./nix-format.ts";
import { readOurCases } from "./our-format.ts";
import { runCase } from "./run-case.ts";

const concurrency = 3;

interface Tally {
  total: number;
  right: number;
  /** Of those that must fail and do, the ones with the reference's message. */
  sameMessage: number;
  excepted: number;
}

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    command: { type: "string" },
    version: { type: "string", default: "999.0" },
    exceptions: { type: "string" },
    only: { type: "string" },
  },
});
if (folders.length === 0) throw new Error("Cannot run language tests: no folder is given");

const command = options.command === undefined ? [tvixProgram, "eval"] : options.command.split(" ");
const [major = 0, minor = 0] = options.version.split(".").map(Number);
const exceptions: Readonly<Record<string, string>> =
  options.exceptions === undefined ? {} : JSON.parse(readFileSync(options.exceptions, "utf8"));

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function indent(text: string): string {
  return text.slice(0, 1500).trimEnd().replaceAll(/^/gm, "      ");
}

using directory = makeTemporaryDirectory("lang");
let leftOut = 0;
const cases = folders
  .map((folder) => resolve(folder))
  .flatMap((folder, index): readonly CommandCase[] => {
    // Folders may have files of the same names.
    if (isNixFormat(folder)) return readNixCases(folder, join(directory.path, String(index)));
    const ours = readOurCases(folder, [major, minor], directory.path);
    leftOut += ours.leftOut;
    return ours.cases;
  })
  .filter(({ category, name }) => options.only === undefined || `${category}/${name}`.includes(options.only));

const tallies = new Map<string, Tally>();
let unexplained = 0;

async function judge(languageCase: CommandCase): Promise<void> {
  const { category, name, expectation } = languageCase;
  const tally = tallies.get(category) ?? { total: 0, right: 0, sameMessage: 0, excepted: 0 };
  tallies.set(category, tally);
  const label = `${category}/${name}`;
  const reason = exceptions[label];
  const verdict = await runCase(command, languageCase);
  tally.total++;
  if (verdict.kind === "right") {
    tally.right++;
    if (expectation.kind === "fails" && verdict.sameMessage) tally.sameMessage++;
    if (reason === undefined) return;
    unexplained++;
    say(`FAIL ${label}: it is right, though it is listed as an exception (${reason})`);
  } else if (reason === undefined) {
    unexplained++;
    say(`FAIL ${label}\n    expected\n${indent(verdict.expected)}\n    got\n${indent(verdict.got)}`);
  } else tally.excepted++;
}

const queue = cases.values();
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    for (const languageCase of queue) await judge(languageCase);
  }),
);

say(`\n${command.join(" ")}\n`);
for (const [category, { total, right, sameMessage, excepted }] of [...tallies].toSorted()) {
  const others = [
    excepted > 0 ? `${excepted} listed exceptions` : "",
    sameMessage > 0 ? `${sameMessage} failed with the reference's message` : "",
  ].filter((part) => part !== "");
  say(`${category.padEnd(24)} ${right} of ${total} right${others.map((part) => `, ${part}`).join("")}`);
}
const sum = (field: keyof Tally) => [...tallies.values()].reduce((total, tally) => total + tally[field], 0);
say(`${"together".padEnd(24)} ${sum("right")} of ${sum("total")} right, ${sum("excepted")} listed exceptions`);
if (leftOut > 0) say(`${leftOut} cases for other versions of Nix than ${options.version} were left out`);
if (unexplained > 0) process.exitCode = 1;
