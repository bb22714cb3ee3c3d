/**
 * `make bench-eval NIXPKGS=…`: evaluation of nixpkgs against `nix-instantiate --eval --readonly-mode`, in the same run
 * and in turns, so that a noisy machine is noisy for both. Prints a table of medians and ratios.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import {
  createMemoryObjectStore,
  createObjectStoreBlobService,
  createObjectStoreDirectoryService,
} from "@tvix-mesh/castore";
import { createLocalEvaluator } from "@tvix-mesh/glue";
import { EvaluateRequest_Format as Format } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { createNarCalculationService, createObjectStorePathInfoService } from "@tvix-mesh/store";

const nixpkgs = resolve(process.argv[2] ?? "");
const rounds = Number(process.argv[3] ?? 5);
const tvix = join(import.meta.dirname, "../../packages/cli/bin/tvix");
const home = mkdtempSync(join(tmpdir(), "tvix-bench-"));
const env = { PATH: process.env.PATH, HOME: home, NIX_PATH: "", NIX_CONF_DIR: home };

const system = (services: string) => `
  (import ${nixpkgs}/nixos { configuration = { ${services} fileSystems."/".device = "/dev/sda1"; boot.loader.grub.device = "/dev/sda"; }; }).system.outPath`;
const subjects: Readonly<Record<string, string>> = {
  "hello.outPath": `(import ${nixpkgs} { }).hello.outPath`,
  "firefox.outPath": `(import ${nixpkgs} { }).firefox.outPath`,
  "a NixOS system": system(
    "services.openssh.enable = true; services.nginx.enable = true; services.postgresql.enable = true;",
  ),
};
const nextPackages = ["git", "curl", "vim", "ffmpeg", "postgresql", "nginx", "python3", "ruby"];

const blobs = createObjectStoreBlobService(createMemoryObjectStore());
const directories = createObjectStoreDirectoryService(createMemoryObjectStore());
const evaluator = createLocalEvaluator({
  services: {
    blobs,
    directories,
    pathInfos: createObjectStorePathInfoService(createMemoryObjectStore()),
    narCalculation: createNarCalculationService({ blobs, directories }),
    builds: {
      build() {
        throw new Error("nothing is built here");
      },
    },
  },
});

async function warm(expression: string): Promise<string> {
  const source = { case: "text" as const, value: new TextEncoder().encode(expression) };
  const request = { expression: { source, baseDir: "/" }, format: Format.RAW, readOnly: true };
  let value: string | undefined;
  // Read to its end: an evaluation that is abandoned takes its warm thread with it.
  for await (const { event } of evaluator.evaluate(request))
    if (event.case === "value") value = new TextDecoder().decode(event.value.text);
  if (value === undefined) throw new Error("no value came");
  return value;
}

function nix(expression: string): string {
  const args = ["--eval", "--readonly-mode", "--json", "-E", expression];
  return JSON.parse(execFileSync("nix-instantiate", args, { env, encoding: "utf8", maxBuffer: 1 << 28 }));
}

function cold(expression: string): string {
  const args = ["eval", "--readonly-mode", "--raw", "-E", expression];
  return execFileSync(tvix, args, { env, encoding: "utf8", maxBuffer: 1 << 28 });
}

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function row(name: string, ours: number, theirs: number): void {
  const ratio = (ours / theirs).toFixed(2);
  console.log(`| ${name} | ${ours.toFixed(3)} s | ${theirs.toFixed(3)} s | ${ratio} |`);
}

async function compare(name: string, expression: string): Promise<void> {
  const times = { nix: [] as number[], warm: [] as number[], cold: [] as number[] };
  const expected = nix(expression);
  for (const [who, value] of [
    ["warm", await warm(expression)],
    ["cold", cold(expression)],
  ] as const)
    if (value !== expected) throw new Error(`${name}: ${who} evaluation gave ${value}, Nix ${expected}`);
  for (let round = 0; round < rounds; round++) {
    times.nix.push(await seconds(() => nix(expression)));
    times.warm.push(await seconds(() => warm(expression)));
    times.cold.push(await seconds(() => cold(expression)));
  }
  row(`${name}, warm`, median(times.warm), median(times.nix));
  row(`${name}, cold process`, median(times.cold), median(times.nix));
}

console.log(
  `nixpkgs: ${nixpkgs}; medians of ${rounds} rounds; ${execFileSync("nix-instantiate", ["--version"], { encoding: "utf8" }).trim()}; Node.js ${process.version}\n`,
);
console.log("| | ours | C++ Nix | ratio |\n|---|---|---|---|");
async function medianOf(count: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < count; round++) times.push(await seconds(work));
  return median(times);
}

row(
  "the empty string, cold process",
  await medianOf(rounds, () => cold('""')),
  await medianOf(rounds, () => nix('""')),
);
for (const [name, expression] of Object.entries(subjects)) await compare(name, expression);

const next = nextPackages.map((name) => `(import ${nixpkgs} { }).${name}.outPath`);
const ours: number[] = [];
const theirs: number[] = [];
for (const expression of next) {
  ours.push(await seconds(() => warm(expression)));
  theirs.push(await seconds(() => nix(expression)));
}
row("the next package of the same nixpkgs, warm", median(ours), median(theirs));

const many = `builtins.concatStringsSep "\\n" (builtins.filter (x: x != "") (map (name: let p = (import ${nixpkgs} { }).perlPackages.\${name}; t = builtins.tryEval (if p ? outPath then p.outPath + " " + p.drvPath else ""); in if t.success then t.value else "") (builtins.genList (i: builtins.elemAt (builtins.attrNames (import ${nixpkgs} { }).perlPackages) i) 1000)))`;
const manyOurs = await warm(many);
if (manyOurs !== nix(many)) throw new Error("1,000 packages: the values differ");
row("outPath and drvPath of 1,000 packages, warm", await seconds(() => warm(many)), await seconds(() => nix(many)));

const { rss, heapUsed } = process.memoryUsage();
console.log(
  `\nMemory of the warm process: ${(rss / 2 ** 20).toFixed(0)} MiB resident, ${(heapUsed / 2 ** 20).toFixed(0)} MiB of the main thread's heap.`,
);
await evaluator[Symbol.asyncDispose]();
rmSync(home, { recursive: true, force: true });
