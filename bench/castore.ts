import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createFastCdcChunker, defaultChunking, hashB3, OutboardBuilder } from "@tvix-mesh/castore";
import { type Daemon, startDaemon, startServer } from "./daemon.ts";
import { peakMemoryBytes, processorSeconds, resetPeakMemory } from "./process-figures.ts";
import { median, run, runScript } from "./run.ts";

// Measures the castore through its daemons on loopback, next to others that do the same work in the same run.
const { values } = parseArgs({
  options: {
    tree: { type: "string" },
    "large-bytes": { type: "string", default: String(1024 ** 3) },
    clients: { type: "string", default: "64" },
    rounds: { type: "string", default: "3" },
  },
});
const rounds = Number(values.rounds);
const largeBytes = Number(values["large-bytes"]);
const scratch = await mkdtemp(join(tmpdir(), "bench-castore-"));
const lines: string[] = [];
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

function row(what: string, ours: string, peer: string, ratio: string): void {
  lines.push(`| ${what} | ${ours} | ${peer} | ${ratio} |`);
}

interface Figures<Answer> {
  readonly answer: Answer;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const client = async <Answer>(...options: string[]): Promise<Figures<Answer> & { readonly wallSeconds: number }> => {
  const { seconds, answer } = await runScript<Figures<Answer>>("castore-client.ts", options);
  return { ...answer, wallSeconds: seconds };
};

async function diskBytes(path: string): Promise<number> {
  const { output } = await run("du", ["-s", "--block-size=1", path]);
  return Number(output.split("\t")[0]);
}

async function freshDirectory(name: string): Promise<string> {
  const path = join(scratch, name);
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  return path;
}

async function importOurs(tree: string): Promise<{ first: number; second: number; disk: number }> {
  const data = await freshDirectory("ours");
  await using blobs = await startDaemon("blob-service", data);
  await using directories = await startDaemon("directory-service", data);
  const first = await client("import", blobs.address, directories.address, tree);
  const second = await client("import", blobs.address, directories.address, tree);
  return { first: first.wallSeconds, second: second.wallSeconds, disk: await diskBytes(data) };
}

async function importNix(tree: string): Promise<number> {
  const home = await freshDirectory("nix");
  const environment = { NIX_CONF_DIR: home, HOME: home };
  const options = ["--store", home, "--option", "build-users-group", "", "--add", tree];
  return (await run("nix-store", options, environment)).seconds;
}

async function importRestic(tree: string): Promise<{ first: number; second: number; disk: number }> {
  const repository = await freshDirectory("restic");
  const environment = { RESTIC_PASSWORD: "benchmark" };
  const restic = (...options: string[]) =>
    run("restic", ["-r", repository, "--no-cache", "-q", ...options], environment);
  await restic("init");
  const first = (await restic("backup", tree)).seconds;
  const second = (await restic("backup", tree)).seconds;
  return { first, second, disk: await diskBytes(repository) };
}

/** Round about, so that what else the machine does meets all alike. */
async function compareImports(tree: string): Promise<void> {
  const ours: Awaited<ReturnType<typeof importOurs>>[] = [];
  const nix: number[] = [];
  const restic: Awaited<ReturnType<typeof importRestic>>[] = [];
  await run("tar", ["-cf", "/dev/null", "-C", tree, "."]);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await importOurs(tree));
    nix.push(await importNix(tree));
    restic.push(await importRestic(tree));
  }
  const first = median(ours.map((each) => each.first));
  const second = median(ours.map((each) => each.second));
  const disk = median(ours.map((each) => each.disk));
  const compare = (what: string, mine: number, peer: string, theirs: number, unit: (value: number) => string): void =>
    row(what, unit(mine), `${peer} ${unit(theirs)}`, (mine / theirs).toFixed(2));
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  const size = (value: number): string => `${megabytes(value)} MB`;
  compare("import of a tree", first, "nix-store --add", median(nix), seconds);
  compare("", first, "restic", median(restic.map((each) => each.first)), seconds);
  compare("again, unchanged", second, "nix-store --add", median(nix), seconds);
  compare("", second, "restic", median(restic.map((each) => each.second)), seconds);
  compare("bytes on disk", disk, "restic", median(restic.map((each) => each.disk)), size);
}

async function memoryOf(daemon: Daemon, work: () => Promise<Figures<unknown>>): Promise<string> {
  resetPeakMemory(daemon.pid);
  const before = processorSeconds(daemon.pid);
  const { cpuSeconds, peakBytes } = await work();
  const serverSeconds = processorSeconds(daemon.pid) - before;
  const server = `server ${megabytes(peakMemoryBytes(daemon.pid))} MB, ${serverSeconds.toFixed(1)} s CPU`;
  return `client ${megabytes(peakBytes)} MB, ${cpuSeconds.toFixed(1)} s CPU; ${server}`;
}

async function compareTransfers(): Promise<void> {
  await using blobs = await startDaemon("blob-service", await freshDirectory("large"));
  await using raw = await startServer(new URL("raw-http2-server.ts", import.meta.url), []);
  const speed = (seconds: number): string => `${(largeBytes / 1e6 / seconds).toFixed(0)} MB/s`;
  let digest = "";
  for (const action of ["put", "read"] as const) {
    const peer = await client<number>(`raw-${action}`, raw.address, String(largeBytes));
    let seconds = 0;
    const memory = await memoryOf(blobs, async () => {
      const figures = await client<string>(action, blobs.address, action === "put" ? String(largeBytes) : digest);
      if (action === "put") digest = figures.answer;
      seconds = figures.seconds;
      return figures;
    });
    const share = `${((100 * peer.seconds) / seconds).toFixed(0)} % of its speed`;
    row(`${action} of ${megabytes(largeBytes)} MB`, speed(seconds), `node:http2 ${speed(peer.seconds)}`, share);
    lines.push(`| – memory and processor | ${memory} | | |`);
  }
  const range = await client<number>("read-range", blobs.address, digest, String(largeBytes / 2), "1000000");
  row("1 MB in its middle", `${(range.seconds * 1000).toFixed(0)} ms`, "", "");
}

async function measureClients(): Promise<void> {
  await using blobs = await startDaemon("blob-service", await freshDirectory("clients"));
  const { answer } = await client<{
    readonly p50: number;
    readonly p99: number;
    readonly slowest: number;
    errors: number;
  }>("clients", blobs.address, values.clients);
  const { p50, p99, slowest, errors } = answer;
  const latencies = `median ${p50.toFixed(0)} ms, 99 % ${p99.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms`;
  row(`${values.clients} clients at once, put and read of 100 KB`, `${latencies}, ${errors} errors`, "", "");
}

function measureHashing(): void {
  const data = new Uint8Array(randomBytes(64 * 1024 * 1024));
  const chunker = createFastCdcChunker(defaultChunking);
  const startedAt = performance.now();
  const outboard = new OutboardBuilder();
  for (let offset = 0; offset < data.length; ) {
    const length = chunker.cut(data.subarray(offset, offset + chunker.largestBytes));
    const chunk = data.subarray(offset, offset + length);
    hashB3(chunk);
    outboard.update(chunk);
    offset += length;
  }
  outboard.finish();
  const seconds = (performance.now() - startedAt) / 1000;
  row(
    "chunking, digests of chunks, digest and outboard of the blob",
    `${megabytes(data.length / seconds)} MB/s`,
    "",
    "",
  );
}

try {
  measureHashing();
  if (values.tree !== undefined) await compareImports(values.tree);
  await compareTransfers();
  await measureClients();
  const processors = cpus();
  const [load = 0] = loadavg();
  process.stdout.write(
    `${processors.length} × ${processors[0]?.model.trim()}, Node.js ${process.version}, load ${load.toFixed(1)}\n\n` +
      `| what | tvix-mesh | peer | ratio |\n|---|---|---|---|\n${lines.join("\n")}\n`,
  );
} finally {
  await rm(scratch, { recursive: true, force: true });
}
