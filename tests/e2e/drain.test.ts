import { hashB3 } from "@tvix-mesh/castore";
import { createEvaluatorClient } from "@tvix-mesh/glue";
import { Health, HealthCheckResponse_ServingStatus } from "@tvix-mesh/proto/grpc/health/v1/health";
import { BuildService } from "@tvix-mesh/proto/mesh/build/v1/build";
import { BlobService } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { type Channel, createClient } from "@tvix-mesh/service";
import { describe, expect, test } from "vitest";
import { waitUntil } from "../compose/wait-until.ts";
import { shellBuild } from "./testing/builds.ts";
import { shellDerivation } from "./testing/derivations.ts";
import { isRunning } from "./testing/is-running.ts";
import { startMesh } from "./testing/mesh.ts";

const piece = new Uint8Array(1024 * 1024).fill(1);
/** More than the windows and buffers between client and server hold, so that the server has begun to read. */
const piecesBeforePause = 16;

interface PausedUpload {
  /** Resolves when the server is known to take the upload. */
  readonly underWay: Promise<void>;
  /** Lets the upload go to its end. */
  finish(): void;
  readonly digest: Promise<Uint8Array>;
}

function startUpload(channel: Channel): PausedUpload {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  async function* pieces() {
    for (let index = 0; index < piecesBeforePause; index++) yield { data: piece };
    reached.resolve();
    await released.promise;
    yield { data: new Uint8Array([2]) };
  }
  const digest = createClient(BlobService, channel)
    .put(pieces())
    .then((answer) => answer.digest);
  digest.catch(() => undefined);
  return { underWay: reached.promise, finish: released.resolve, digest };
}

async function waitForNotServing(channel: Channel): Promise<void> {
  const health = createClient(Health, channel);
  await waitUntil("NOT_SERVING", 30_000, async () => {
    const { status } = await health.check({});
    return status === HealthCheckResponse_ServingStatus.NOT_SERVING || undefined;
  });
}

test("SIGTERM: NOT_SERVING, new calls UNAVAILABLE, the call under way finishes, exit code 0", async () => {
  await using mesh = await startMesh({ daemons: ["blob-service"] });
  const channel = mesh.channel("blob-service");
  const upload = startUpload(channel);
  await upload.underWay;
  const daemon = mesh.process("blob-service");
  daemon.signal("SIGTERM");
  await waitForNotServing(channel);
  const stat = createClient(BlobService, channel).stat({ digest: new Uint8Array(32) });
  await expect(stat).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(`Cannot reach blob-service at ${mesh.address("blob-service")}: `),
  });
  upload.finish();
  const expected = hashB3(Buffer.concat([...Array(piecesBeforePause).fill(piece), new Uint8Array([2])]));
  expect(Buffer.from(await upload.digest).toString("hex")).toBe(expected.hex);
  expect(await daemon.exited).toEqual({ code: 0, signal: null });
  await mesh.restart("blob-service");
  await createClient(BlobService, channel).stat({ digest: expected.toBytes() });
});

test("SIGTERM: a call that outlasts --drain-timeout is cut, and its client told", async () => {
  await using mesh = await startMesh({
    daemons: ["blob-service"],
    arguments: { "blob-service": ["--drain-timeout", "0.2"] },
  });
  const upload = startUpload(mesh.channel("blob-service"));
  await upload.underWay;
  const daemon = mesh.process("blob-service");
  daemon.signal("SIGTERM");
  expect(await daemon.exited).toEqual({ code: 0, signal: null });
  upload.finish();
  await expect(upload.digest).rejects.toThrow(`Cannot reach blob-service at ${mesh.address("blob-service")}: `);
  expect(daemon.log).toContain("cuts calls");
});

test("a second SIGTERM ends a draining daemon at once", async () => {
  await using mesh = await startMesh({ daemons: ["blob-service"] });
  const channel = mesh.channel("blob-service");
  const upload = startUpload(channel);
  await upload.underWay;
  const daemon = mesh.process("blob-service");
  daemon.signal("SIGTERM");
  await waitForNotServing(channel);
  daemon.signal("SIGTERM");
  expect(await daemon.exited).toEqual({ code: 130, signal: null });
  upload.finish();
  await expect(upload.digest).rejects.toThrow("Cannot reach blob-service");
});

/** A shell command that takes a second and says before that it has begun. */
const slowCommand = "echo begun; (exec -a sleep /bin/sh 1); echo done >";

describe("SIGTERM while a build runs", () => {
  test("build-service finishes it, exit code 0", async () => {
    await using mesh = await startMesh({ daemons: ["blob-service", "directory-service", "build-service"] });
    const daemon = mesh.process("build-service");
    const client = createClient(BuildService, mesh.channel("build-service"));
    const outcomes: (string | undefined)[] = [];
    for await (const { event } of client.build({ request: shellBuild(`${slowCommand} /output`) })) {
      if (event.case === "logLine") daemon.signal("SIGTERM");
      outcomes.push(event.case);
    }
    expect(outcomes).toEqual(["logLine", "succeeded"]);
    expect(await daemon.exited).toEqual({ code: 0, signal: null });
  });

  test("build-service cuts it after --drain-timeout, and nothing of it goes on", async () => {
    await using mesh = await startMesh({
      daemons: ["blob-service", "directory-service", "build-service"],
      arguments: { "build-service": ["--drain-timeout", "0.2"] },
    });
    const daemon = mesh.process("build-service");
    const client = createClient(BuildService, mesh.channel("build-service"));
    // No other process on the machine sleeps for that long.
    const seconds = String(1_000_000 + process.pid);
    const build = async () => {
      const request = shellBuild(`echo begun; (exec -a sleep /bin/sh ${seconds})`);
      for await (const { event } of client.build({ request })) {
        if (event.case !== "logLine") continue;
        await waitUntil("the builder's sleep", 30_000, async () => isRunning("sleep", seconds) || undefined);
        daemon.signal("SIGTERM");
      }
    };
    await expect(build()).rejects.toThrow(`Cannot reach build-service at ${mesh.address("build-service")}: `);
    expect(await daemon.exited).toEqual({ code: 0, signal: null });
    expect(isRunning("sleep", seconds)).toBe(false);
  });

  test("evaluator finishes it, exit code 0", async () => {
    await using mesh = await startMesh();
    const daemon = mesh.process("evaluator");
    const text = shellDerivation("while-draining", `${slowCommand} $out`);
    const expression = { source: { case: "text" as const, value: Buffer.from(text) } };
    const built: string[] = [];
    for await (const { event } of createEvaluatorClient(mesh.channel("evaluator")).build({ expression })) {
      if (event.case === "logLine") daemon.signal("SIGTERM");
      if (event.case === "builtOutputs") built.push(...event.value.outputs.map(({ storePath }) => storePath));
    }
    expect(built).toEqual([expect.stringMatching(/-while-draining$/)]);
    expect(await daemon.exited).toEqual({ code: 0, signal: null });
  });
});
