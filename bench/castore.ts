import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createFastCdcChunker, defaultChunking, hashB3, OutboardBuilder } from "@tvix-mesh/castore";
import { environment } from "@tvix-mesh/service/environment";
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
const [loadAtStart = 0] = loadavg();
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

/** A client that imports is started as the command line is; one that streams, as the blob daemon is. */
const importing = ["--max-semi-space-size=64"];
const streaming = ["--max-semi-space-size=4"];

const client = async <Answer>(...options: string[]): Promise<Figures<Answer> & { readonly wallSeconds: number }> => {
  const nodeOptions = options[0] === "import" ? importing : streaming;
  const { seconds, answer } = await runScript<Figures<Answer>>("castore-client.ts", options, nodeOptions);
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
  // What `tvix store import` keeps in the user's cache directory.
  const cache = join(await freshDirectory("ours-cache"), "imports.lmdb");
  const first = await client("import", blobs.address, directories.address, tree, cache);
  const second = await client("import", blobs.address, directories.address, tree, cache);
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

interface Transfer {
  readonly seconds: number;
  readonly peerSeconds: number;
  readonly client: Figures<unknown>;
  readonly serverBytes: number;
  readonly serverSeconds: number;
}

async function transfer(action: "put" | "read", blobs: Daemon, raw: Daemon, what: string): Promise<Transfer> {
  const peer = await client<number>(`raw-${action}`, raw.address, String(largeBytes));
  resetPeakMemory(blobs.pid);
  const before = processorSeconds(blobs.pid);
  const figures = await client<string>(action, blobs.address, what);
  return {
    seconds: figures.seconds,
    peerSeconds: peer.seconds,
    client: figures,
    serverBytes: peakMemoryBytes(blobs.pid),
    serverSeconds: processorSeconds(blobs.pid) - before,
  };
}

function rowOfTransfers(action: string, transfers: readonly Transfer[]): void {
  const middle = (of: (transfer: Transfer) => number): number => median(transfers.map(of));
  const speed = (seconds: number): string => `${(largeBytes / 1e6 / seconds).toFixed(0)} MB/s`;
  const seconds = middle((each) => each.seconds);
  const peerSeconds = middle((each) => each.peerSeconds);
  const share = `${((100 * peerSeconds) / seconds).toFixed(0)} % of its speed`;
  row(`${action} of ${megabytes(largeBytes)} MB`, speed(seconds), `node:http2 ${speed(peerSeconds)}`, share);
  const clientText = `client ${megabytes(middle((each) => each.client.peakBytes))} MB, ${middle((each) => each.client.cpuSeconds).toFixed(1)} s CPU`;
  const serverText = `server ${megabytes(middle((each) => each.serverBytes))} MB, ${middle((each) => each.serverSeconds).toFixed(1)} s CPU`;
  row("– memory and processor", `${clientText}; ${serverText}`, "", "");
}

async function compareTransfers(): Promise<void> {
  const puts: Transfer[] = [];
  const reads: Transfer[] = [];
  let part: Figures<number> | undefined;
  for (let round = 0; round < rounds; round += 1) {
    await using blobs = await startDaemon("blob-service", await freshDirectory("large"));
    await using raw = await startServer(new URL("raw-http2-server.ts", import.meta.url), []);
    const put = await transfer("put", blobs, raw, String(largeBytes));
    const digest = put.client.answer as string;
    puts.push(put);
    reads.push(await transfer("read", blobs, raw, digest));
    part = await client<number>("read-range", blobs.address, digest, String(largeBytes / 2), "1000000");
  }
  rowOfTransfers("put", puts);
  rowOfTransfers("read", reads);
  if (part)
    row(
      "1 MB in its middle",
      `${(part.answer / 1e6).toFixed(2)} MB fetched, ${(part.seconds * 1000).toFixed(0)} ms`,
      "",
      "",
    );
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

async function versionOf(command: string, option: string): Promise<string> {
  return (await run(command, [option])).output.split(" compiled")[0] as string;
}

/** Daemons and clients have run before, as on any machine that uses them, so that their code is compiled. */
async function fillCompileCache(): Promise<void> {
  environment.setDefault("NODE_COMPILE_CACHE", join(scratch, "compile"));
  const data = await freshDirectory("first");
  await using blobs = await startDaemon("blob-service", data);
  await using directories = await startDaemon("directory-service", data);
  await client("import", blobs.address, directories.address, import.meta.dirname, join(data, "imports.lmdb"));
}

try {
  await fillCompileCache();
  measureHashing();
  if (values.tree !== undefined) await compareImports(values.tree);
  await compareTransfers();
  await measureClients();
  const processors = cpus();
  const [load = 0] = loadavg();
  const versions = [`Node.js ${process.version}`];
  if (values.tree !== undefined)
    versions.push(await versionOf("nix-store", "--version"), await versionOf("restic", "version"));
  process.stdout.write(
    `${processors.length} × ${processors[0]?.model.trim()}, ${versions.join(", ")}; load ${loadAtStart.toFixed(1)} at the start, ` +
      `${load.toFixed(1)} at the end; ${rounds} rounds, the median of each\n\n` +
      `| what | tvix-mesh | peer | ratio |\n|---|---|---|---|\n${lines.join("\n")}\n`,
  );
} finally {
  await rm(scratch, { recursive: true, force: true });
}
