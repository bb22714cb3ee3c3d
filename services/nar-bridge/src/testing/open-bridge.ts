import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SigningKey } from "@tvix-mesh/nix-compat";
import { createLogger } from "@tvix-mesh/service";
import type { StoreServices } from "@tvix-mesh/store";
import { openMemoryStore } from "@tvix-mesh/store/testing/memory-store";
import { createNarBridge } from "../nar-bridge.ts";

/** A bridge that listens on loopback, over a store in memory. */
export interface OpenBridge extends AsyncDisposable {
  readonly url: string;
  readonly store: StoreServices;
}

export async function openBridge(signingKeys: readonly SigningKey[] = []): Promise<OpenBridge> {
  const store = openMemoryStore();
  const logger = createLogger("nar-bridge", "silent");
  const server = createServer(createNarBridge({ castore: store, pathInfos: store.pathInfos, signingKeys, logger }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
