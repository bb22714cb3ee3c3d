/**
 * `make fuzz-lang PROGRAMS=50000 SEED=1`: generated programs, of which the evaluator must make what nix-instantiate makes
 * of them. Half of them are whole, half have tokens lost, doubled or swapped. Prints the tally, and each difference with
 * the smallest program found that shows it. Exit code 1 if there is one.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { addComparisons, type Comparison, noComparison } from "./fuzz/compare.ts";
import { createFuzzer, type FuzzKind } from "./fuzz/fuzzer.ts";

const batchSize = 250;
const shrunkAtMost = 40;

const { values: options } = parseArgs({
  options: { programs: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
});
const count = Number(options.programs);
const seed = Number(options.seed);
if (!Number.isSafeInteger(count) || !Number.isSafeInteger(seed) || count < 2)
  throw new Error(`Cannot compare ${options.programs} programs from seed ${options.seed}: two integers are needed`);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function describe({ prints, throws, fails, unjudged, explained, differences }: Comparison): string {
  const same = `${prints} print the same, ${throws} throw, ${fails} fail or are refused`;
  return `${same}, ${unjudged} bring Nix to no end, ${explained} differ for a reason that is known, ${differences.length} for none`;
}

using fuzzer = createFuzzer();
let shrunk = 0;

async function run(kind: FuzzKind, total: number): Promise<Comparison> {
  let tally = noComparison;
  for (let start = 0; start < total; start += batchSize) {
    const comparison = await fuzzer.compare(kind, seed, start, Math.min(batchSize, total - start));
    tally = addComparisons(tally, comparison);
    for (const difference of comparison.differences) {
      const { program, here, nix } = shrunk++ < shrunkAtMost ? await fuzzer.shrink(kind, difference) : difference;
      say(`\nDIFFERS ${program}\n  nix  ${nix}\n  here ${here}`);
      // Cutting parts out may end at another difference.
      if (program !== difference.program)
        say(`  from ${difference.program}\n  nix  ${difference.nix}\n  here ${difference.here}\n`);
    }
    const done = start + batchSize;
    if (done % 2500 === 0 || done >= total) say(`${kind}: ${Math.min(done, total)} of ${total}: ${describe(tally)}`);
  }
  return tally;
}

const whole = await run("whole", Math.ceil(count / 2));
const tally = addComparisons(whole, await run("mangled", Math.floor(count / 2)));
say(`\n${count} programs from seed ${seed}: ${describe(tally)}`);
if (tally.differences.length > 0) process.exitCode = 1;
