import type { BlobService } from "./blob-service/blob-service.ts";
import { createCachingBlobService } from "./blob-service/caching.ts";
import { describeBlobService } from "./blob-service/conformance.ts";
import { createFanoutBlobService } from "./blob-service/fanout.ts";
import { createObjectStoreBlobService } from "./blob-service/object-store-blob-service.ts";
import { createSelfCheckingBlobService } from "./blob-service/self-checking.ts";
import { createCachingDirectoryService } from "./directory-service/caching.ts";
import { describeDirectoryService } from "./directory-service/conformance.ts";
import type { DirectoryService } from "./directory-service/directory-service.ts";
import { createFanoutDirectoryService } from "./directory-service/fanout.ts";
import { createObjectStoreDirectoryService } from "./directory-service/object-store-directory-service.ts";
import { createSelfCheckingDirectoryService } from "./directory-service/self-checking.ts";
import { createMemoryObjectStore } from "./object-store/memory.ts";
import { createFaultyObjectStore, type DiskFaults } from "./testing/faulty-object-store.ts";

const report = (): void => undefined;

function blobsOn(faults: DiskFaults): BlobService {
  const objects = createFaultyObjectStore(createMemoryObjectStore(), faults);
  return createSelfCheckingBlobService(createObjectStoreBlobService(objects), objects, report);
}

function directoriesOn(faults: DiskFaults): DirectoryService {
  const objects = createFaultyObjectStore(createMemoryObjectStore(), faults);
  const inner = createObjectStoreDirectoryService(objects);
  return createSelfCheckingDirectoryService(inner, objects, { dirs: "directory" }, report);
}

const disks: readonly (readonly [string, DiskFaults])[] = [
  ["corrupts every 5th object that is read", { corruptsEvery: 5 }],
  ["cuts every 3rd read short", { cutsShortEvery: 3 }],
  ["fails every 4th read", { failsEvery: 4 }],
];

const cache = { absentForMs: 0, writes: "both" as const, report };

// One of two copies is on such a disk: nobody notices.
for (const [index, [what, faults]] of disks.entries()) {
  if (index % 2 === 0)
    describeBlobService(`cache whose near ${what}`, async () =>
      createCachingBlobService(blobsOn(faults), blobsOn({}), cache),
    );
  else
    describeBlobService(`fanout with a part that ${what}`, async () =>
      createFanoutBlobService([blobsOn(faults), blobsOn({})], { quorum: 2, report }),
    );
  describeDirectoryService(`cache whose near ${what}`, async () =>
    createCachingDirectoryService(directoriesOn(faults), directoriesOn({}), cache),
  );
  describeDirectoryService(`fanout with a part that ${what}`, async () =>
    createFanoutDirectoryService([directoriesOn(faults), directoriesOn({})], { quorum: 2, report }),
  );
}

const full: DiskFaults = { isFullEvery: 3 };
describeBlobService("fanout with a part that is full now and then", async () =>
  createFanoutBlobService([blobsOn(full), blobsOn({}), blobsOn({})], { quorum: 2, report }),
);
describeDirectoryService("cache whose near is full now and then", async () =>
  createCachingDirectoryService(directoriesOn(full), directoriesOn({}), cache),
);
describeDirectoryService("fanout with a part that is full now and then", async () =>
  createFanoutDirectoryService([directoriesOn(full), directoriesOn({}), directoriesOn({})], { quorum: 2, report }),
);
