import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { openFileSystemObjectStore } from "../object-store/file-system.ts";
import { openLmdbObjectStore } from "../object-store/lmdb.ts";
import { createMemoryObjectStore } from "../object-store/memory.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import { createClosureDirectoryService } from "./closure-directory-service.ts";
import { describeDirectoryService } from "./conformance.ts";
import type { DirectoryService } from "./directory-service.ts";
import { createDirectoryServiceClient } from "./grpc-client.ts";
import { bindDirectoryService } from "./grpc-server.ts";
import { createObjectStoreDirectoryService } from "./object-store-directory-service.ts";

const root = await mkdtemp(join(tmpdir(), "directory-service-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const createMemory = async () => createObjectStoreDirectoryService(createMemoryObjectStore());
const createLmdb = async () =>
  createObjectStoreDirectoryService(await openLmdbObjectStore({ path: await mkdtemp(join(root, "lmdb-")) }));

async function createRemote(inner: DirectoryService): Promise<DirectoryService & AsyncDisposable> {
  const server = await startLoopbackServer("directory-service", bindDirectoryService(inner));
  return {
    ...createDirectoryServiceClient(server.channel),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** As Tvix's and Snix's daemons are: one directory in a message. */
async function createRemoteWithoutBatches(inner: DirectoryService): Promise<DirectoryService & AsyncDisposable> {
  const [tvix] = bindDirectoryService(inner);
  const server = await startLoopbackServer("directory-service", tvix ? [tvix] : []);
  return {
    ...createDirectoryServiceClient(server.channel),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describeDirectoryService("memory", createMemory);
describeDirectoryService("lmdb", createLmdb);
describeDirectoryService("object store in memory", async () =>
  createClosureDirectoryService(createMemoryObjectStore()),
);
describeDirectoryService("object store in files", async () =>
  createClosureDirectoryService(await openFileSystemObjectStore({ path: await mkdtemp(join(root, "files-")) })),
);
describeDirectoryService("grpc to memory", async () => createRemote(await createMemory()));
describeDirectoryService("grpc to lmdb", async () => createRemote(await createLmdb()));
describeDirectoryService("grpc to grpc to memory", async () => createRemote(await createRemote(await createMemory())));
describeDirectoryService("grpc to memory without batches", async () =>
  createRemoteWithoutBatches(await createMemory()),
);
