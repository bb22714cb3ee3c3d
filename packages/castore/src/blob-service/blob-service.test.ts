import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBinding } from "@tvix-mesh/service";
import { afterAll } from "vitest";
import { openFileSystemObjectStore } from "../object-store/file-system.ts";
import { openLmdbObjectStore } from "../object-store/lmdb.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import type { BlobService } from "./blob-service.ts";
import { describeBlobService } from "./conformance.ts";
import { createBlobServiceClient } from "./grpc-client.ts";
import { bindBlobService } from "./grpc-server.ts";
import { createObjectStoreBlobService } from "./object-store-blob-service.ts";

const root = await mkdtemp(join(tmpdir(), "blob-service-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const createMemory = async () => createObjectStoreBlobService(createMemoryObjectStore());
const createLmdb = async () =>
  createObjectStoreBlobService(await openLmdbObjectStore({ path: await mkdtemp(join(root, "lmdb-")) }));

/** Over the network, from a server that knows chunks or one that doesn't tell of them. */
async function createRemote(inner: BlobService): Promise<BlobService & AsyncDisposable> {
  const server = await startLoopbackServer("blob-service", bindBlobService(inner));
  return {
    ...createBlobServiceClient(server.channel),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** As Tvix's and Snix's daemons are: without batches and outboards. */
async function createRemoteWithoutBatches(inner: BlobService): Promise<BlobService & AsyncDisposable> {
  const [tvix] = bindBlobService(inner) as [ServiceBinding, ...ServiceBinding[]];
  const { stat } = tvix.implementation;
  const implementation: ServiceBinding["implementation"] = {
    ...tvix.implementation,
    stat: (request, context) => stat?.({ ...(request as object), sendBao: false } as never, context),
  };
  const server = await startLoopbackServer("blob-service", [{ ...tvix, implementation }]);
  return {
    ...createBlobServiceClient(server.channel),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describeBlobService("memory", createMemory);
describeBlobService("lmdb", createLmdb);
describeBlobService("files", async () =>
  createObjectStoreBlobService(await openFileSystemObjectStore({ path: await mkdtemp(join(root, "files-")) })),
);
describeBlobService("grpc to memory", async () => createRemote(await createMemory()));
describeBlobService("grpc to lmdb", async () => createRemote(await createLmdb()));
describeBlobService("grpc to grpc to memory", async () => createRemote(await createRemote(await createMemory())));
describeBlobService("grpc to memory without batches and outboards", async () =>
  createRemoteWithoutBatches(await createMemory()),
);
