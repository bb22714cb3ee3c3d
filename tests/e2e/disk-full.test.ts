import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBlobServiceClient } from "@tvix-mesh/castore";
import { BuildService } from "@tvix-mesh/proto/tvix/build/v1/rpc_build";
import { type Channel, createClient } from "@tvix-mesh/service";
import { describe, expect, test } from "vitest";
import { shellBuild } from "./testing/builds.ts";
import type { DaemonName } from "./testing/daemon-process.ts";
import { startMesh } from "./testing/mesh.ts";
import { makeTemporaryDirectory, type TemporaryDirectory } from "./testing/temporary-directory.ts";
import { blobUploads, bytesOf, directoryUploads, pathInfoUploads, type Uploads } from "./testing/uploads.ts";

const diskBytes = 24 * 1024 * 1024;

/** A disk of a few megabytes. */
function mountSmallDisk(): TemporaryDirectory {
  const directory = makeTemporaryDirectory("disk");
  const path = join(directory.path, "disk");
  mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tvix-mesh-test", path]);
  return {
    path,
    [Symbol.dispose]() {
      execFileSync("umount", [path]);
      directory[Symbol.dispose]();
    },
  };
}

function canMount(): boolean {
  try {
    mountSmallDisk()[Symbol.dispose]();
    return true;
  } catch (error) {
    console.warn(`The tests of a full disk are left out: ${(error as Error).message.trim()}`);
    return false;
  }
}

/** Leaves less room than anything that is put needs. */
function fill(disk: string): string {
  const ballast = join(disk, "ballast");
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, new Uint8Array(bavail * bsize));
  return ballast;
}

const stores: readonly (readonly [DaemonName, (channel: Channel) => Uploads])[] = [
  ["blob-service", blobUploads],
  ["directory-service", directoryUploads],
  ["pathinfo-service", pathInfoUploads],
];

const hasDisk = canMount();

describe.skipIf(!hasDisk).each(stores)("%s on a full disk", (daemon, createUploads) => {
  test("answers RESOURCE_EXHAUSTED, has nothing half-written, and stores it once there is room", async () => {
    using disk = mountSmallDisk();
    await using mesh = await startMesh({ daemons: [daemon], dataDirectory: disk.path });
    const uploads = createUploads(mesh.channel(daemon));
    await uploads.put(0);
    const ballast = fill(disk.path);
    // What an embedded store has set aside still takes the first ones.
    const refused: number[] = [];
    for (let number = 1; number < 1000 && refused.length < 4; number++)
      await uploads.put(number).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "resource-exhausted", message: expect.stringMatching(/^Cannot /) });
        refused.push(number);
      });
    expect(refused).toHaveLength(4);
    for (const number of refused) expect(await uploads.isThere(number)).toBe(false);
    for (let number = 0; number < (refused[0] ?? 0); number++) expect(await uploads.isThere(number)).toBe(true);
    rmSync(ballast);
    for (const number of refused) {
      await uploads.put(number);
      expect(await uploads.isThere(number)).toBe(true);
    }
    await mesh.kill9(daemon);
    await mesh.restart(daemon);
    for (const number of [0, ...refused]) expect(await uploads.isThere(number)).toBe(true);
  });
});

test.skipIf(!hasDisk)(
  "build-service on a full disk answers RESOURCE_EXHAUSTED, and builds once there is room",
  async () => {
    using disk = mountSmallDisk();
    await using stores = await startMesh({ daemons: ["blob-service", "directory-service"] });
    await using mesh = await startMesh({
      daemons: ["build-service"],
      dataDirectory: disk.path,
      environment: stores.clientEnvironment,
    });
    const blobs = createBlobServiceClient(stores.channel("blob-service"));
    await using writer = await blobs.openWrite();
    const contents = bytesOf(0, 1_000_000);
    await writer.write(contents);
    const file = {
      name: Buffer.from("input"),
      digest: (await writer.close()).toBytes(),
      size: BigInt(contents.length),
    };
    const request = shellBuild("echo built > /output", [{ node: { case: "file", value: file } }]);
    const client = createClient(BuildService, mesh.channel("build-service"));
    const ballast = fill(disk.path);
    await expect(client.doBuild(request)).rejects.toMatchObject({
      code: "resource-exhausted",
      message: expect.stringMatching(/^Cannot .*ENOSPC/),
    });
    rmSync(ballast);
    expect((await client.doBuild(request)).outputs).toHaveLength(1);
  },
);
