import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ServerCredentials } from "@grpc/grpc-js";
import { openMemoryCastore } from "@tvix-mesh/castore/testing/memory-castore";
import { BuildService as SnixBuildService } from "@tvix-mesh/proto/snix/build/v1/rpc_build";
import { BuildService as TvixBuildService } from "@tvix-mesh/proto/tvix/build/v1/rpc_build";
import {
  addService,
  type Channel,
  Composition,
  createClient,
  createGrpcServer,
  openChannel,
  type ServiceBinding,
} from "@tvix-mesh/service";
import { describe, expect, it } from "vitest";
import { buildServiceBackends } from "./backends.ts";
import { buildRequestToMessage } from "./build-request-message.ts";
import type { BuildService } from "./build-service.ts";
import { type BuildServiceFixture, describeBuildService } from "./conformance.ts";
import { findBuildProblem } from "./find-build-problem.ts";
import { createGrpcBuildService } from "./grpc-client.ts";
import { bindBuildService } from "./grpc-server.ts";
import { removeTree } from "./remove-tree.ts";
import { exampleBuildRequest } from "./testing/example-build-request.ts";

interface LocalFixture extends BuildServiceFixture {
  readonly workdir: string;
}

async function openLocal(config: Readonly<Record<string, unknown>> = {}): Promise<LocalFixture> {
  const stack = new AsyncDisposableStack();
  const workdir = mkdtempSync(join(tmpdir(), "builds-"));
  stack.defer(() => removeTree(workdir));
  const stores = openMemoryCastore();
  const composition = stack.use(
    new Composition<BuildService>({
      kind: "buildservices",
      backends: buildServiceBackends(stores),
      instances: { root: { type: "bubblewrap", workdir, max_jobs: 2, ...config } },
    }),
  );
  const service = await composition.resolve("root");
  return { service, stores, workdir, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function serve(bindings: readonly ServiceBinding[]): Promise<{ channel: Channel } & AsyncDisposable> {
  const server = createGrpcServer();
  for (const binding of bindings) addService(server, binding);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const channel = openChannel({ name: "build-service", address: `http://127.0.0.1:${port}` });
  return {
    channel,
    async [Symbol.asyncDispose]() {
      channel[Symbol.dispose]();
      server.forceShutdown();
    },
  };
}

async function openRemote(): Promise<BuildServiceFixture> {
  const stack = new AsyncDisposableStack();
  const { service, stores } = stack.use(await openLocal());
  const { channel } = stack.use(await serve(bindBuildService(service)));
  return { service: createGrpcBuildService(channel), stores, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describeBuildService("BuildService in bubblewrap", openLocal);
describeBuildService("BuildService over gRPC", openRemote);

const request = exampleBuildRequest("echo see needle-b > $out", { refscanNeedles: ["needle-a", "needle-b"] });
const failing = exampleBuildRequest("for i in $(seq 100); do echo line $i; done; exit 2");

async function openServed() {
  const stack = new AsyncDisposableStack();
  const { service } = stack.use(await openLocal());
  const { channel } = stack.use(await serve(bindBuildService(service)));
  return { service, channel, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe("bindBuildService", () => {
  it("DoBuild answers as Tvix does, nodes named after their outputs", async () => {
    await using served = await openServed();
    const build = await createClient(TvixBuildService, served.channel).doBuild(buildRequestToMessage(request));
    expect(build.buildRequest).toEqual(buildRequestToMessage(request));
    expect(build.outputs.map(({ node }) => Buffer.from(node.value!.name).toString())).toEqual(["out"]);
    expect(build.outputsNeedles.map(({ needles }) => needles)).toEqual([[1n]]);
  });

  it("DoBuild answers as Snix does", async () => {
    await using served = await openServed();
    const { outputs } = await createClient(SnixBuildService, served.channel).doBuild(buildRequestToMessage(request));
    expect(outputs).toMatchObject([{ output: { node: { case: "file" } }, needles: [1n] }]);
  });

  it("DoBuild fails with the last log lines", async () => {
    await using served = await openServed();
    for (const service of [TvixBuildService, SnixBuildService])
      await expect(
        createClient(service as typeof TvixBuildService, served.channel).doBuild(buildRequestToMessage(failing)),
      ).rejects.toMatchObject({
        code: "failed-precondition",
        message: expect.stringMatching(
          /^Cannot build: builder exited with code 2; last log lines:\n.*line 99\nline 100$/s,
        ),
      });
  });
});

describe("createGrpcBuildService", () => {
  it("builds by a daemon that knows only Tvix's DoBuild", async () => {
    await using local = await openLocal();
    const [tvix] = bindBuildService(local.service);
    await using served = await serve([tvix!]);
    const client = createGrpcBuildService(served.channel);
    const expected = [{ kind: "succeeded", outputs: [{ path: "nix/store/out", needles: [1] }] }];
    expect(await Array.fromAsync(client.build(request))).toMatchObject(expected);
    expect(await Array.fromAsync(client.build(request))).toMatchObject(expected);
    await expect(Array.fromAsync(client.build(failing))).rejects.toThrow("line 100");
  });

  it("refuses an answer whose outputs are not those asked for", async () => {
    const other = {
      path: "nix/store/other",
      node: { kind: "symlink", target: Buffer.from("x") },
      needles: [],
    } as const;
    const lying: BuildService = {
      async *build() {
        yield { kind: "succeeded", outputs: [other] };
      },
    };
    await using served = await serve(bindBuildService(lying));
    await expect(Array.fromAsync(createGrpcBuildService(served.channel).build(request))).rejects.toThrow(
      'output nix/store/out is called "other"',
    );
  });
});

const runBuild = join(import.meta.dirname, "testing/run-build.ts");
const nobody = { uid: 65534, gid: 65534 };
const canRunAsNobody =
  process.getuid?.() === 0 && spawnSync(process.execPath, ["--check", runBuild], { ...nobody, cwd: "/" }).status === 0;

describe("openLocalBuildService", () => {
  it("leaves nothing in its work directory after success, failure and abandoning", async () => {
    await using local = await openLocal();
    await Array.fromAsync(local.service.build(request));
    await Array.fromAsync(local.service.build(exampleBuildRequest("mkdir -p a/b; chmod 000 a; exit 1")));
    for await (const _ of local.service.build(exampleBuildRequest("echo started; sleep 1000"))) break;
    expect(readdirSync(local.workdir)).toEqual(["inputs"]);
  });

  it("lets builds wait until one of max_jobs ends, and forgets one aborted while waiting", async () => {
    await using local = await openLocal({ max_jobs: 1 });
    const first = local.service.build(exampleBuildRequest("echo started; sleep 1000"))[Symbol.asyncIterator]();
    await first.next();
    const controller = new AbortController();
    const second = Array.fromAsync(local.service.build(request, { signal: controller.signal }));
    const third = Array.fromAsync(local.service.build(request));
    controller.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    await first.return?.();
    expect(await third).toMatchObject([{ kind: "succeeded" }]);
  });

  it("shows the host paths that are configured", async () => {
    await using local = await openLocal({ host_paths: [import.meta.dirname] });
    const shown = exampleBuildRequest(`ls ${import.meta.dirname}/testing > $out`);
    const constraints = { ...shown.constraints!, availableRoPaths: [join(import.meta.dirname, "testing")] };
    expect(await Array.fromAsync(local.service.build({ ...shown, constraints }))).toMatchObject([
      { kind: "succeeded" },
    ]);
  });

  it("says what to install if there is no static shell", async () => {
    await using local = await openLocal({ sandbox_shell: "/bin/dash" });
    expect(await findBuildProblem(local.service)).toMatch(/not statically linked; install .*busybox-static/);
    await using works = await openLocal();
    expect(await findBuildProblem(works.service)).toBeUndefined();
  });

  it("killed in the middle of a build, leaves no process, and its successor removes the rest", async () => {
    const workdir = mkdtempSync(join(tmpdir(), "builds-"));
    const marker = `7${process.pid}`;
    const daemon = spawn(process.execPath, [runBuild, workdir, `echo started; sleep ${marker}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface(daemon.stdout)) {
      expect(line).toBe("started");
      break;
    }
    expect(readdirSync(workdir).filter((name) => name.startsWith("build-"))).toHaveLength(1);
    daemon.kill("SIGKILL");
    const sleeping = () => spawnSync("pgrep", ["-f", `sleep ${marker}`]).stdout.toString();
    await expect.poll(sleeping).toBe("");
    const successor = spawnSync(process.execPath, [runBuild, workdir, "echo again; touch $out"]);
    expect(successor.stdout.toString()).toBe("again\nsucceeded\n");
    expect(readdirSync(workdir)).toEqual(["inputs"]);
    rmSync(workdir, { recursive: true, force: true });
  });

  it.skipIf(!canRunAsNobody)("builds as an unprivileged user too", () => {
    const parent = mkdtempSync(join(tmpdir(), "builds-"));
    chmodSync(parent, 0o755);
    mkdirSync(join(parent, "work"));
    spawnSync("chown", ["65534:65534", join(parent, "work")]);
    const script = "id -u; mkdir -p $out a/b; touch $out/x; chmod 000 $out/x $out a";
    const run = spawnSync(process.execPath, [runBuild, join(parent, "work"), script], { ...nobody, cwd: "/" });
    expect(run.stderr.toString()).toBe("");
    expect(run.stdout.toString()).toBe("1000\nsucceeded\n");
    expect(readdirSync(join(parent, "work"))).toEqual(["inputs"]);
    rmSync(parent, { recursive: true, force: true });
  });
});
