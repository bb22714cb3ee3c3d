/**
 * `make bench-eval NIXPKGS=…`: evaluation of nixpkgs against `nix-instantiate --eval --readonly-mode`, in the same run and
 * in turns, so that a noisy machine is noisy for both. Prints markdown: the least of several rounds, and ratios.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { createLocalEvaluator, type DisposableEvaluator } from "@tvix-mesh/glue";
import { EvaluateRequest_Format as Format } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { openMemoryStore } from "@tvix-mesh/store/testing/memory-store";
import { best, childMemoryMib, measure, measureProgram, type ProgramUsage, type Usage } from "./measure.ts";

const nixpkgs = resolve(process.argv[2] ?? "");
const rounds = Number(process.argv[3] ?? 5);
const tvix = join(import.meta.dirname, "../../packages/cli/bin/tvix");
const home = mkdtempSync(join(tmpdir(), "tvix-bench-"));
const env = { PATH: process.env.PATH, HOME: home, NIX_PATH: "", NIX_CONF_DIR: home };

const packages = `(import ${nixpkgs} { })`;
const outPath = (name: string) => `${packages}.${name}.outPath`;
const system = `
  (import ${nixpkgs}/nixos {
    configuration = {
      services.openssh.enable = true; services.nginx.enable = true; services.postgresql.enable = true;
      fileSystems."/".device = "/dev/sda1"; boot.loader.grub.device = "/dev/sda";
    };
  }).system.outPath`;
const nextPackages = ["git", "curl", "vim", "ffmpeg", "postgresql", "nginx", "python3", "ruby"];
/** The paths of one package of a set; nothing if it doesn't evaluate. */
const pathsOf = (set: string, name: string) =>
  `let p = ${set}.\${${name}}; t = builtins.tryEval (if p ? outPath then p.outPath + " " + p.drvPath else ""); in if t.success then t.value else ""`;
const thousand = `let perl = ${packages}.perlPackages; names = builtins.attrNames perl; in
  builtins.concatStringsSep "\\n" (map (name: ${pathsOf("perl", "name")}) (builtins.genList (builtins.elemAt names) 1000))`;
const different = 200;

function openEvaluator(options: { readonly keepValues: boolean; readonly isolated?: boolean }): DisposableEvaluator {
  const builds = {
    build() {
      throw new Error("nothing is built here");
    },
  };
  const services = { ...openMemoryStore(), builds };
  return createLocalEvaluator({ ...options, services });
}

async function evaluate(evaluator: DisposableEvaluator, expression: string): Promise<string> {
  const source = { case: "text" as const, value: new TextEncoder().encode(expression) };
  const request = { expression: { source, baseDir: "/" }, format: Format.RAW, readOnly: true };
  let value: string | undefined;
  // Read to its end: an evaluation that is abandoned takes its warm thread with it.
  for await (const { event } of evaluator.evaluate(request))
    if (event.case === "value") value = new TextDecoder().decode(event.value.text);
  if (value === undefined) throw new Error("no value came");
  return value;
}

function nix(expression: string): ProgramUsage {
  const usage = measureProgram("nix-instantiate", ["--eval", "--readonly-mode", "--json", "-E", expression], env);
  return { ...usage, output: String(JSON.parse(usage.output)) };
}

function cold(expression: string): ProgramUsage {
  return measureProgram(tvix, ["eval", "--readonly-mode", "--raw", "-E", expression], env);
}

function requireSame(what: string, ours: string, theirs: string): void {
  if (ours.trim() !== theirs.trim()) throw new Error(`${what}: we have ${ours}, Nix ${theirs}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function figures({ cpuSeconds, elapsedSeconds }: Usage): string {
  return `${elapsedSeconds.toFixed(3)} s (${cpuSeconds.toFixed(3)} s)`;
}

function row(name: string, ours: Usage, theirs: Usage, aim: string): void {
  const elapsedRatio = (ours.elapsedSeconds / theirs.elapsedSeconds).toFixed(2);
  const cpuRatio = (ours.cpuSeconds / theirs.cpuSeconds).toFixed(2);
  say(`| ${name} | ${figures(ours)} | ${figures(theirs)} | ${elapsedRatio} (${cpuRatio}) | ${aim} |`);
}

async function compareWarm(name: string, expression: string, count: number, aim: string): Promise<void> {
  const usages = { ours: [] as Usage[], nix: [] as Usage[] };
  requireSame(name, await evaluate(anew, expression), nix(expression).output);
  // Machine code is made for what runs often: a daemon has been running for longer than this.
  for (let round = 0; round < count; round++) await evaluate(anew, expression);
  for (let round = 0; round < count; round++) {
    usages.nix.push(nix(expression));
    for (let time = 0; time < 3; time++) usages.ours.push(await measure(() => evaluate(anew, expression)));
  }
  row(name, best(usages.ours), best(usages.nix), aim);
}

function compareCold(name: string, expression: string, aim: string): { ours: ProgramUsage; nix: ProgramUsage } {
  // The first start fills the compile cache.
  requireSame(name, cold(expression).output, nix(expression).output);
  const pairs = Array.from({ length: rounds }, () => ({ nix: nix(expression), ours: cold(expression) }));
  row(name, best(pairs.map(({ ours }) => ours)), best(pairs.map((pair) => pair.nix)), aim);
  return pairs[0] as { ours: ProgramUsage; nix: ProgramUsage };
}

function memoryRow(name: string, oursMib: number, theirsMib: number, aim: string): void {
  say(
    `| ${name} | ${oursMib.toFixed(0)} MiB | ${theirsMib.toFixed(0)} MiB | ${(oursMib / theirsMib).toFixed(2)} | ${aim} |`,
  );
}

/** As long as an evaluating process takes to see that it has nothing to do, and to keep what it has compiled. */
const idleMs = 5_000;

/** Starts an evaluating process as daemons do that have run before: with its code compiled. */
async function fillCompileCache(): Promise<void> {
  await using evaluator = openEvaluator({ keepValues: true, isolated: true });
  await evaluate(evaluator, outPath("hello"));
  await setTimeout(idleMs);
}

/** Memory of an evaluating process of the daemon, on the way through many packages. */
async function followMemory(): Promise<readonly number[]> {
  await fillCompileCache();
  await using evaluator = openEvaluator({ keepValues: true, isolated: true });
  await evaluate(evaluator, outPath("hello"));
  const sizes = [childMemoryMib()];
  for (let index = 0; index < different; index++) {
    await evaluate(
      evaluator,
      `let perl = ${packages}.perlPackages; name = builtins.elemAt (builtins.attrNames perl) ${index * 5}; in ${pathsOf("perl", "name")}`,
    );
    if ((index + 1) % 50 === 0) sizes.push(childMemoryMib());
  }
  return sizes;
}

const version = execFileSync("nix-instantiate", ["--version"], { encoding: "utf8" }).trim();
say(
  `${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}; Node.js ${process.version}; ${version};`,
);
say(
  `nixpkgs: ${execFileSync("cat", [join(nixpkgs, ".version")], { encoding: "utf8" }).trim()}; least of ${rounds} rounds.`,
);
say("Elapsed time, and processor time of all threads in brackets; ratios likewise.\n");
say("| | tvix-mesh | C++ Nix | ratio | aim |\n|---|---|---|---|---|");

const anew = openEvaluator({ keepValues: false });
await compareWarm("hello, warm, everything evaluated again", outPath("hello"), rounds * 2, "≤ 0.25");
await compareWarm("firefox, warm, everything evaluated again", outPath("firefox"), rounds, "≤ 0.7");
await compareWarm("a NixOS system, warm, everything evaluated again", system, Math.min(rounds, 3), "≤ 0.8");

const keeping = openEvaluator({ keepValues: true });
// Arguments of their own, so that the thread is warm and knows no value that the measured evaluations ask for.
for (let round = 0; round < 3; round++)
  await evaluate(keeping, `(import ${nixpkgs} { config.round = ${round}; }).firefox.outPath`);
await evaluate(keeping, outPath("hello"));
const next = { ours: [] as Usage[], nix: [] as Usage[] };
for (const name of nextPackages) {
  next.ours.push(await measure(() => evaluate(keeping, outPath(name))));
  next.nix.push(nix(outPath(name)));
}
await keeping[Symbol.asyncDispose]();
const mean = (usages: readonly Usage[]): Usage => ({
  elapsedSeconds: usages.reduce((sum, usage) => sum + usage.elapsedSeconds, 0) / usages.length,
  cpuSeconds: usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0) / usages.length,
});
row(`the next package of the same nixpkgs, mean of ${nextPackages.length}`, mean(next.ours), mean(next.nix), "≤ 0.1");

compareCold("`tvix eval -E 1`, cold", '"1"', "≤ 0.12 s elapsed");
const one = compareCold("hello, cold", outPath("hello"), "≤ 2.0");
compareCold("firefox, cold", outPath("firefox"), "≤ 2.0");

await compareWarm("outPath and drvPath of 1,000 packages in one request, warm", thousand, rounds, "≤ 0.7");
await anew[Symbol.asyncDispose]();

memoryRow("peak memory, hello, cold", one.ours.peakMemoryMib, one.nix.peakMemoryMib, "≤ 2.0");
const sizes = await followMemory();
memoryRow("memory of the daemon's process after hello", sizes[0] as number, one.nix.peakMemoryMib, "≤ 2.0");
say(
  `\nThe same process after 50, 100, 150 and 200 other packages: ${sizes
    .slice(1)
    .map((size) => size.toFixed(0))
    .join(", ")} MiB.`,
);
rmSync(home, { recursive: true, force: true });
