import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeObjectStore } from "./conformance.ts";
import { openFileSystemObjectStore } from "./file-system.ts";
import { openLmdbObjectStore } from "./lmdb.ts";
import { createLruObjectStore } from "./lru.ts";
import { createMemoryObjectStore } from "./memory.ts";

const root = await mkdtemp(join(tmpdir(), "object-store-"));
let count = 0;
const path = (): string => join(root, String(count));
afterAll(() => rm(root, { recursive: true }));

describeObjectStore("memory", async () => createMemoryObjectStore());
describeObjectStore("lru", async () => createLruObjectStore({ capacity: 10_000 }));
describeObjectStore(
  "file system",
  () => {
    count += 1;
    return openFileSystemObjectStore({ path: path() });
  },
  () => openFileSystemObjectStore({ path: path() }),
);
describeObjectStore(
  "lmdb",
  () => {
    count += 1;
    return openLmdbObjectStore({ path: path() });
  },
  () => openLmdbObjectStore({ path: path() }),
);
