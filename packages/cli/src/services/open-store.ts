import { join, resolve } from "node:path";
import { type BuildService, buildServiceBackends } from "@tvix-mesh/build";
import {
  type BlobService,
  blobServiceBackends,
  type DirectoryService,
  directoryServiceBackends,
} from "@tvix-mesh/castore";
import {
  type AnyBackend,
  Composition,
  defaultDataDirectory,
  type InstanceConfig,
  instanceFromUrl,
} from "@tvix-mesh/service";
import {
  createNarCalculationService,
  type NarCalculationService,
  type PathInfoService,
  pathInfoServiceBackends,
} from "@tvix-mesh/store";
import { type ServiceOptions, serviceAddress } from "./service-options.ts";

/** The services of a store and a builder on it. Each is opened when it is first asked for. */
export interface OpenStore extends AsyncDisposable {
  blobs(): Promise<BlobService>;
  directories(): Promise<DirectoryService>;
  pathInfos(): Promise<PathInfoService>;
  /** Near the contents if the path infos are behind a daemon, and in this process otherwise. */
  narCalculation(): Promise<NarCalculationService>;
  builds(): Promise<BuildService>;
}

const instance = "root";

/** Calls `open` once. */
function once<Service>(open: () => Promise<Service>): () => Promise<Service> {
  let opened: Promise<Service> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}

function calculatesNars(service: object): service is NarCalculationService {
  return "calculateNar" in service;
}

/** The services that the options or the environment name; else embedded ones, where the daemons keep theirs too. */
export function openStore(options: ServiceOptions): OpenStore {
  const dataDirectory = resolve(options.data ?? defaultDataDirectory());
  const compositions: AsyncDisposable[] = [];
  async function compose<Service extends object>(
    kind: string,
    backends: readonly AnyBackend<Service>[],
    address: string | undefined,
    embedded: InstanceConfig,
  ): Promise<Service> {
    const config = address === undefined ? embedded : instanceFromUrl(address);
    const composition = new Composition({ kind, backends, instances: { [instance]: config } });
    compositions.push(composition);
    return await composition.resolve(instance);
  }
  const inFiles = (folder: string): InstanceConfig => ({ type: "lmdb", path: join(dataDirectory, folder) });

  const blobs = once(() =>
    compose("blobservices", blobServiceBackends, serviceAddress(options, "blobServiceAddr"), inFiles("blobs")),
  );
  const directories = once(() => {
    const address = serviceAddress(options, "directoryServiceAddr");
    return compose("directoryservices", directoryServiceBackends, address, inFiles("directories"));
  });
  const pathInfos = once(() => {
    const address = serviceAddress(options, "pathInfoServiceAddr");
    return compose("pathinfoservices", pathInfoServiceBackends, address, inFiles("pathinfos"));
  });
  const narCalculation = once(async () => {
    const service = await pathInfos();
    if (calculatesNars(service)) return service;
    return createNarCalculationService({ blobs: await blobs(), directories: await directories() });
  });
  const builds = once(async () => {
    const backends = buildServiceBackends({ blobs: await blobs(), directories: await directories() });
    const address = serviceAddress(options, "buildServiceAddr");
    const sandbox = { type: "bubblewrap", workdir: join(dataDirectory, "builds") };
    return compose("buildservices", backends, address, sandbox);
  });

  return {
    blobs,
    directories,
    pathInfos,
    narCalculation,
    builds,
    async [Symbol.asyncDispose]() {
      for (const composition of compositions.reverse()) await composition[Symbol.asyncDispose]();
    },
  };
}
