/**
 * `make nixpkgs-check NIXPKGS=…`: what our evaluator makes of a nixpkgs tree against what C++ Nix makes of it. Compared are
 * drvPath and outPath of every subject, and the bytes of every `.drv` file that both have written on the way. Of a tree
 * that is nixpkgs' library alone, its own tests are run with our command line. Exit code 1 if anything differs.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { evaluateEach, evaluateOne, type Outcome } from "./evaluate-each.ts";
import { describeFirstDifference } from "./first-difference.ts";
import { checkLibrary } from "./library-tests.ts";
import { createNixSide } from "./nix-side.ts";
import { createOurSide } from "./our-side.ts";
import type { Side } from "./side.ts";
import { hasPackages, type Subject, subjectsOf } from "./subjects.ts";

interface Counts {
  same: number;
  /** Neither side evaluates it, or both catch what it throws. */
  neither: number;
  differ: number;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" } },
});
const differences: string[] = [];

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function describe(outcome: Outcome): string {
  if (outcome.kind === "paths") return `${outcome.paths.drvPath} ${outcome.paths.outPath}`;
  return outcome.kind === "caught" ? "no derivation, or it throws" : `error: ${outcome.reason}`;
}

async function compareOutcomes(ours: Side, nix: Side, name: string, left: Outcome, right: Outcome, counts: Counts) {
  if (left.kind === "paths" && right.kind === "paths") {
    if (left.paths.drvPath === right.paths.drvPath && left.paths.outPath === right.paths.outPath) counts.same++;
    else {
      counts.differ++;
      const pair = { ours: left.paths.drvPath, theirs: right.paths.drvPath };
      differences.push(`${name}: first differing derivation\n${await describeFirstDifference(ours, nix, pair)}`);
    }
  } else if (left.kind === right.kind) counts.neither++;
  else {
    counts.differ++;
    differences.push(`${name}:\n  ours ${describe(left)}\n  Nix  ${describe(right)}`);
  }
}

async function seconds<Result>(work: () => Promise<Result>): Promise<readonly [Result, string]> {
  const start = performance.now();
  const result = await work();
  return [result, `${((performance.now() - start) / 1000).toFixed(1)} s`];
}

async function checkSubject(ours: Side, nix: Side, { name, expression, each }: Subject): Promise<Counts> {
  const counts: Counts = { same: 0, neither: 0, differ: 0 };
  const run = async (side: Side): Promise<ReadonlyMap<string, Outcome>> => {
    if (!each) return new Map([[name, await evaluateOne(side, expression)]]);
    const names = JSON.parse(await side.evaluate(`builtins.attrNames ${expression}`)) as readonly string[];
    return await evaluateEach(side, expression, names, (done) =>
      process.stderr.write(`  ${side.name}: ${done} of ${names.length}\n`),
    );
  };
  const [left, ourTime] = await seconds(() => run(ours));
  const [right, theirTime] = await seconds(() => run(nix));
  for (const item of new Set([...left.keys(), ...right.keys()])) {
    const missing: Outcome = { kind: "failed", reason: "no such attribute" };
    const label = each ? `${name}, ${item}` : item;
    await compareOutcomes(ours, nix, label, left.get(item) ?? missing, right.get(item) ?? missing, counts);
  }
  const [only] = right.values();
  if (!each && only?.kind === "failed" && counts.neither > 0) {
    say(`none ${name}: neither evaluates it (Nix: ${only.reason})`);
    return counts;
  }
  const parts = [`${counts.same} the same`, `${counts.neither} evaluated by neither`, `${counts.differ} differ`];
  say(`${counts.differ === 0 ? "ok  " : "FAIL"} ${name}: ${parts.join(", ")} (ours ${ourTime}, Nix ${theirTime})`);
  return counts;
}

/** The bytes of every `.drv` file that both sides have written, and how many only one has. */
async function compareDerivations(ours: Side, nix: Side): Promise<void> {
  const left = new Set(await ours.derivationPaths());
  const right = new Set(await nix.derivationPaths());
  const all = createHash("sha256");
  let same = 0;
  for (const path of [...left].filter((candidate) => right.has(candidate)).toSorted()) {
    const bytes = await ours.readDerivation(path);
    if (Buffer.compare(bytes, await nix.readDerivation(path)) === 0) same++;
    else differences.push(`${path}: its bytes differ`);
    all.update(bytes);
  }
  const shared = left.intersection(right).size;
  const only = `${left.size - shared} only ours, ${right.size - shared} only Nix's`;
  say(`${same === shared ? "ok  " : "FAIL"} .drv files: ${same} of ${shared} the same bytes; ${only}`);
  say(`     SHA-256 over them, by path: ${all.digest("hex")}`);
  for (const path of [...left].filter((candidate) => !right.has(candidate)).slice(0, 5)) say(`     only ours: ${path}`);
  for (const path of [...right].filter((candidate) => !left.has(candidate)).slice(0, 5))
    say(`     only Nix's: ${path}`);
}

async function checkPackages(tree: string): Promise<void> {
  await using ours = createOurSide();
  await using nix = createNixSide();
  for (const subject of subjectsOf(tree))
    if (options.only === undefined || subject.name.includes(options.only)) await checkSubject(ours, nix, subject);
  await compareDerivations(ours, nix);
}

const trees = positionals.map((tree) => resolve(tree));
if (trees.length === 0) throw new Error("Cannot check: no tree is given");
for (const tree of trees) {
  say(`${tree}`);
  if (hasPackages(tree)) await checkPackages(tree);
  else differences.push(...(await checkLibrary(tree, say)));
}
if (differences.length === 0) say("\nNo differences.");
else {
  say(`\n${differences.length} differences:\n\n${differences.join("\n\n")}`);
  process.exitCode = 1;
}
