import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createMemoryObjectStore,
  createObjectStoreBlobService,
  createObjectStoreDirectoryService,
} from "@tvix-mesh/castore";
import type { SigningKey } from "@tvix-mesh/nix-compat";
import { createLogger } from "@tvix-mesh/service";
import { createNarCalculationService, createObjectStorePathInfoService, type StoreServices } from "@tvix-mesh/store";
import { createNarBridge } from "../nar-bridge.ts";

/** A bridge that listens on loopback, over a store in memory. */
export interface OpenBridge extends AsyncDisposable {
  readonly url: string;
  readonly store: StoreServices;
}

export async function openBridge(signingKeys: readonly SigningKey[] = []): Promise<OpenBridge> {
  const castore = {
    blobs: createObjectStoreBlobService(createMemoryObjectStore()),
    directories: createObjectStoreDirectoryService(createMemoryObjectStore()),
  };
  const pathInfos = createObjectStorePathInfoService(createMemoryObjectStore());
  const logger = createLogger("nar-bridge", "silent");
  const server = createServer(createNarBridge({ castore, pathInfos, signingKeys, logger }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store: { ...castore, pathInfos, narCalculation: createNarCalculationService(castore) },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
