import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importBaseImage } from "./base-image.ts";
import { type ComposeStack, createComposeStack } from "./compose-stack.ts";
import { type DockerEngine, startDockerEngine } from "./docker-engine.ts";
import { fetchFromStack } from "./fetch-from-stack.ts";
import { type CommandResult, requireCommand } from "./run-command.ts";
import { prepareTraceBackend, type TraceBackend } from "./trace-backend.ts";
import { waitUntil } from "./wait-until.ts";

const repository = join(import.meta.dirname, "../..");
const daemons = [
  "blob-service",
  "directory-service",
  "pathinfo-service",
  "build-service",
  "evaluator",
  "nar-bridge",
] as const;

/** What a user exports to have `tvix` use the stack. */
const clientEnvironment = {
  ...process.env,
  EVALUATOR_ADDR: "grpc+http://127.0.0.1:8005",
  BLOB_SERVICE_ADDR: "grpc+http://127.0.0.1:8001",
  DIRECTORY_SERVICE_ADDR: "grpc+http://127.0.0.1:8002",
  PATH_INFO_SERVICE_ADDR: "grpc+http://127.0.0.1:8003",
  BUILD_SERVICE_ADDR: "grpc+http://127.0.0.1:8004",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
};

// The engine needs root and changes nothing outside its own namespaces; whoever else runs the tests goes without.
describe.skipIf(process.getuid?.() !== 0)("docker-compose.yml", () => {
  let engine: DockerEngine;
  let stack: ComposeStack;
  let traceBackend: TraceBackend;
  let website: string;

  const tvix = (...words: string[]): Promise<CommandResult> =>
    engine.runInNetwork(join(repository, "packages/cli/bin/tvix"), words, {
      cwd: repository,
      environment: clientEnvironment,
      timeoutMs: 120_000,
    });

  beforeAll(async () => {
    await requireCommand(join(repository, "deploy/install-system-packages"), ["run", "compose"]);
    engine = await startDockerEngine(`/var/tmp/tvix-mesh-compose-${process.pid}`);
    await importBaseImage(engine, repository, "tvix-mesh-base");
    stack = createComposeStack(engine, repository, "tvix-mesh-base");
    await stack.build();
    traceBackend = await prepareTraceBackend(engine);
    await stack.up(traceBackend.image);
  });

  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
  });

  it("brings every daemon up healthy", async () => {
    const healthy = new Map<string, string>(daemons.map((daemon) => [daemon, "healthy"]));
    const status = await waitUntil("all daemons to be healthy", 120_000, async () => {
      const current = await stack.status();
      return daemons.every((daemon) => current.get(daemon) === "healthy") ? current : undefined;
    });
    expect(status).toEqual(healthy.set("jaeger", "running"));
  });

  it.each(daemons)("runs %s as an ordinary user without capabilities", async (daemon) => {
    const lines = await stack.exec(daemon, ["grep", "-hE", "^(Uid|CapEff|NoNewPrivs):", "/proc/1/status"]);
    expect(lines.split("\n")).toEqual(["Uid:\t1000\t1000\t1000\t1000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"]);
  });

  it("tells Node.js what the daemon's folder says, and keeps to the memory that the file allows", async () => {
    const commands = await stack.exec("blob-service", ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]);
    expect(commands).toContain("node --max-semi-space-size=4 --import ");
    expect(await stack.memoryLimits()).toEqual(
      new Map(["jaeger", ...daemons].map((name) => [name, /build|evaluator/.test(name) ? 8 * 1024 ** 3 : 1024 ** 3])),
    );
  });

  it("builds examples/website for a client on the host", async () => {
    const built = await tvix("build", "examples/website");
    expect(built).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\/nix\/store\/\w{32}-website\n$/) });
    website = built.stdout.trim();
    const page = await tvix("store", "cat", `${website}/index.html`);
    expect(page.stdout).toContain("<title>The mesh · tvix-mesh</title>");
  });

  it("shows what was built to Nix clients through the nar-bridge", async () => {
    const hash = /^\/nix\/store\/(\w{32})-/.exec(website)?.[1];
    const narinfo = await fetchFromStack(engine, `http://127.0.0.1:9000/${hash}.narinfo`);
    expect(narinfo).toContain(`StorePath: ${website}\n`);
    expect(narinfo).toMatch(/^References: .*-website-app-map .*-website-assets( |$)/m);
  });

  it("collects the build as one trace through all daemons that take part", async ({ annotate }) => {
    await annotate(`collected by ${traceBackend.name}`);
    const participants = ["tvix", ...daemons.filter((daemon) => daemon !== "nar-bridge")].sort();
    const services = await waitUntil("the trace to be collected", 60_000, async () => {
      const traces = await traceBackend.listTraces();
      return traces.find((trace) => participants.every((participant) => trace.includes(participant)));
    });
    expect(services).toEqual(participants);
  });

  it("stops every daemon in an orderly way, and keeps what was built for the next start", async () => {
    await stack.stop();
    const codes = await stack.exitCodes();
    expect(daemons.map((daemon) => [daemon, codes.get(daemon)])).toEqual(daemons.map((daemon) => [daemon, 0]));

    await stack.up(traceBackend.image);
    const page = await tvix("store", "cat", `${website}/provenance.html`);
    expect(page.stdout).toContain(website);
  });

  it("leaves nothing in the engine when it is taken down", async () => {
    await stack.down();
    expect(await stack.status()).toEqual(new Map());
    expect(await engine.docker(["volume", "ls", "--quiet"])).toBe("");
  });
});
