import { join, resolve } from "node:path";
import { type BuildService, buildServiceKind } from "@tvix-mesh/build";
import { type BlobService, blobServiceKind, type DirectoryService, directoryServiceKind } from "@tvix-mesh/castore";
import {
  Composition,
  defaultDataDirectory,
  type InstanceConfig,
  instanceFromUrl,
  type Report,
  type ServiceKind,
} from "@tvix-mesh/service";
import {
  type NarCalculationService,
  narCalculationOf,
  type PathInfoService,
  pathInfoServiceKind,
} from "@tvix-mesh/store";
import { printWarning } from "../print-error.ts";
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

/** The services that the options or the environment name; else embedded ones, where the daemons keep theirs too. */
export function openStore(options: ServiceOptions, report: Report = printWarning): OpenStore {
  const dataDirectory = resolve(options.data ?? defaultDataDirectory());
  const compositions: AsyncDisposable[] = [];
  async function compose<Service extends object>(
    { section, backends }: ServiceKind<Service>,
    address: string | undefined,
    embedded: InstanceConfig,
  ): Promise<Service> {
    const config = address === undefined ? embedded : instanceFromUrl(address);
    const composition = new Composition({ kind: section, backends, instances: { [instance]: config }, report });
    compositions.push(composition);
    return await composition.resolve(instance);
  }
  const inFiles = (folder: string): InstanceConfig => ({ type: "lmdb", path: join(dataDirectory, folder) });

  const blobs = once(() => compose(blobServiceKind, serviceAddress(options, "blobServiceAddr"), inFiles("blobs")));
  const directories = once(() =>
    compose(directoryServiceKind, serviceAddress(options, "directoryServiceAddr"), inFiles("directories")),
  );
  const pathInfos = once(() =>
    compose(pathInfoServiceKind, serviceAddress(options, "pathInfoServiceAddr"), inFiles("pathinfos")),
  );
  const narCalculation = once(async () =>
    narCalculationOf(await pathInfos(), { blobs: await blobs(), directories: await directories() }),
  );
  const builds = once(async () => {
    const kind = buildServiceKind({ blobs: await blobs(), directories: await directories() });
    const sandbox = { type: "bubblewrap", workdir: join(dataDirectory, "builds") };
    return compose(kind, serviceAddress(options, "buildServiceAddr"), sandbox);
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
