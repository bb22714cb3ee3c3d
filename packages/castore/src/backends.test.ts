import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Composition, type InstanceConfig, instanceFromUrl } from "@tvix-mesh/service";
import { afterAll, describe, expect, it } from "vitest";
import { hashB3 } from "./b3-hasher.ts";
import { blobServiceBackends } from "./blob-service/backends.ts";
import type { BlobService } from "./blob-service/blob-service.ts";
import { Directory } from "./directory.ts";
import { directoryServiceBackends } from "./directory-service/backends.ts";
import type { DirectoryService } from "./directory-service/directory-service.ts";

const root = await mkdtemp(join(tmpdir(), "backends-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const blobComposition = (instance: unknown) =>
  new Composition<BlobService>({ kind: "blobservices", backends: blobServiceBackends, instances: { root: instance } });
const directoryComposition = (instance: InstanceConfig) =>
  new Composition<DirectoryService>({
    kind: "directoryservices",
    backends: directoryServiceBackends,
    instances: { root: instance },
  });

describe("blobServiceBackends", () => {
  it.each([
    "memory://",
    `lmdb://${root}/blobs`,
    `lmdb://${root}/limited?map_size=100000000`,
    "objectstore+memory://",
    `objectstore+file://${root}/objects`,
  ])("make a service of %s", async (url) => {
    await using composition = blobComposition(instanceFromUrl(url));
    const blobs = await composition.resolve("root");
    await using writer = await blobs.openWrite();
    await writer.write(Uint8Array.of(1));
    expect(await blobs.has(await writer.close())).toBe(true);
  });

  it.each(["memory://?", `lmdb://${root}/cut?`, "objectstore+memory://?"])(
    "%s cut and prove as they are told",
    async (url) => {
      const bytes = new Uint8Array(randomBytes(300_000));
      const lengths: number[] = [];
      const outboards: number[] = [];
      for (const [average, group] of [
        [4096, 1024],
        [65_536, 32_768],
      ]) {
        await using composition = blobComposition(
          instanceFromUrl(`${url}chunk_average=${average}&outboard_group=${group}`),
        );
        const blobs = await composition.resolve("root");
        await using writer = await blobs.openWrite();
        await writer.write(bytes);
        const digest = await writer.close();
        lengths.push((await blobs.chunks(digest))?.length ?? 0);
        outboards.push((await blobs.outboard?.(digest))?.length ?? 0);
        bytes[0] = (bytes[0] as number) ^ 1;
      }
      expect(lengths[0]).toBeGreaterThan(30);
      expect(lengths[1]).toBeLessThan(12);
      expect(outboards).toEqual([8 + 64 * 292, 8 + 64 * 9]);
    },
  );

  it("keep what an lmdb directory holds over a restart", async () => {
    await using composition = blobComposition({ type: "lmdb", path: join(root, "blobs") });
    expect(await (await composition.resolve("root")).has(hashB3(Uint8Array.of(1)))).toBe(true);
  });

  it("connect to an address when first used", async () => {
    await using composition = blobComposition(instanceFromUrl("grpc+http://127.0.0.1:1"));
    const blobs = await composition.resolve("root");
    await expect(blobs.has(hashB3(Uint8Array.of(1)))).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each([
    [{ type: "lmdb" }, "blobservices.root.path"],
    [{ type: "lmdb", path: "/x", mapsize: 1 }, "blobservices.root.mapsize: unknown field"],
    [{ type: "lmdb", path: "/x", map_size: -1 }, "blobservices.root.map_size"],
    [{ type: "memory", path: "/x" }, "blobservices.root.path: unknown field"],
    [{ type: "memory", chunk_average: 300_000 }, "blobservices.root.chunk_average: expected a power of two"],
    [{ type: "lmdb", path: "/x", outboard_group: 512 }, "blobservices.root.outboard_group: expected a power of two"],
    [{ type: "ram" }, '"ram" is none of memory, lmdb, objectstore, grpc'],
  ])("refuse %j", (instance, reason) => {
    expect(() => blobComposition(instance)).toThrow(reason);
  });
});

describe("directoryServiceBackends", () => {
  it.each(["memory://", `lmdb://${root}/directories`, "objectstore+memory://", `objectstore+file://${root}/objects`])(
    "make a service of %s",
    async (url) => {
      await using composition = directoryComposition(instanceFromUrl(url));
      const directories = await composition.resolve("root");
      const directory = Directory.of([
        { name: Uint8Array.of(97), node: { kind: "symlink", target: Uint8Array.of(98) } },
      ]);
      const digest = await directories.put(directory);
      expect((await directories.get(digest))?.size).toBe(1n);
    },
  );
});
