import { hashB3 } from "@tvix-mesh/castore";
import { Health, HealthCheckResponse_ServingStatus } from "@tvix-mesh/proto/grpc/health/v1/health";
import { BlobService } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { type Channel, createClient } from "@tvix-mesh/service";
import { expect, test } from "vitest";
import { waitUntil } from "../compose/wait-until.ts";
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
