import { createMemoryObjectStore, type ObjectStore } from "@tvix-mesh/castore";
import { ServiceError } from "@tvix-mesh/service";
import { createCachingPathInfoService } from "./caching.ts";
import { describePathInfoService } from "./conformance.ts";
import { createFanoutPathInfoService } from "./fanout.ts";
import { createObjectStorePathInfoService } from "./object-store-path-info-service.ts";
import type { PathInfoService } from "./path-info-service.ts";

type Misread = (value: Uint8Array, key: string) => Uint8Array;

const misreads: Readonly<Record<string, Misread>> = {
  "corrupts every 3rd path info": (value) => value.with(value.length >> 1, (value[value.length >> 1] as number) ^ 4),
  "cuts every 3rd read short": (value) => value.subarray(0, value.length >> 1),
  "fails every 3rd read": (_value, key) => {
    throw new ServiceError("internal", `Cannot read object ${key}: EIO`);
  },
};

function onDisk(objects: ObjectStore): PathInfoService {
  return createObjectStorePathInfoService(objects, () => undefined);
}

function onBadDisk(misread: Misread): PathInfoService {
  const inner = createMemoryObjectStore();
  let reads = 0;
  return onDisk({
    ...inner,
    async get(key, options) {
      const value = await inner.get(key, options);
      reads += 1;
      return value && reads % 3 === 0 ? misread(value, key) : value;
    },
  });
}

function onFullDisk(): PathInfoService {
  return onDisk({
    ...createMemoryObjectStore(),
    async put(key) {
      throw new ServiceError("resource-exhausted", `Cannot put object ${key}: No space left on device`);
    },
  });
}

const report = (): void => undefined;
const good = (): PathInfoService => onDisk(createMemoryObjectStore());

function describeComposed(name: string, create: () => PathInfoService): void {
  describePathInfoService(name, async () => ({ service: create(), [Symbol.asyncDispose]: async () => undefined }));
}

// One of two copies is on such a disk: nobody notices.
for (const [what, misread] of Object.entries(misreads)) {
  describeComposed(`cache whose near ${what}`, () =>
    createCachingPathInfoService(onBadDisk(misread), good(), { absentForMs: 0, writes: "both", report }),
  );
  describeComposed(`fanout with a part that ${what}`, () =>
    createFanoutPathInfoService([onBadDisk(misread), good()], { quorum: 2, report }),
  );
}

describeComposed("cache whose near is full", () =>
  createCachingPathInfoService(onFullDisk(), good(), { absentForMs: 0, writes: "both", report }),
);
describeComposed("fanout with a part that is full", () =>
  createFanoutPathInfoService([onFullDisk(), good(), good()], { quorum: 2, report }),
);
