import { type BlobService, blobServiceKind, type DirectoryService, directoryServiceKind } from "@tvix-mesh/castore";
import { describeBlobService } from "@tvix-mesh/castore/blob-service/conformance";
import { describeDirectoryService } from "@tvix-mesh/castore/directory-service/conformance";
import { Composition, instanceFromUrl, type ServiceKind } from "@tvix-mesh/service";
import { pathInfoServiceKind } from "@tvix-mesh/store";
import { describePathInfoService } from "@tvix-mesh/store/conformance";

/** A service at a URL, by the way that a daemon takes. */
export async function openService<Service extends object>(
  { section, backends }: ServiceKind<Service>,
  address: string,
): Promise<AsyncDisposable & { readonly service: Service }> {
  const instances = { root: instanceFromUrl(address) };
  const composition = new Composition<Service>({ kind: section, backends, instances });
  const service = await composition.resolve("root");
  return { service, [Symbol.asyncDispose]: () => composition[Symbol.asyncDispose]() };
}

/** The conformance suites of directories and path infos, over a new place each time. */
export function describeTreeServices(name: string, newUrl: (service: "directory" | "pathinfo") => string): void {
  describeDirectoryService(name, async (): Promise<DirectoryService & AsyncDisposable> => {
    const { service, ...disposal } = await openService(directoryServiceKind, newUrl("directory"));
    return { ...service, ...disposal };
  });
  describePathInfoService(name, () => openService(pathInfoServiceKind, newUrl("pathinfo")));
}

/** The conformance suites of all services, over an object store at a new place each time. */
export function describeServices(name: string, newUrl: () => string): void {
  describeBlobService(name, async (): Promise<BlobService & AsyncDisposable> => {
    const { service, ...disposal } = await openService(blobServiceKind, newUrl());
    return { ...service, ...disposal };
  });
  describeTreeServices(name, newUrl);
}
