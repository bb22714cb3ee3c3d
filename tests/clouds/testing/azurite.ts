import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { startServer } from "../../remote-stores/server-process.ts";
import { npmPackages } from "./prepared.ts";

export interface Azurite extends AsyncDisposable {
  /** `http://127.0.0.1:port/<account>`. */
  readonly endpoint: string;
  readonly accountName: string;
  readonly accountKey: string;
}

export const installAzurite = (): Promise<string> =>
  npmPackages("azurite-3.37.0", join(import.meta.dirname, "..", "azurite"));

/** Microsoft's emulator of Blob Storage with one account, in memory, on loopback. `folder` is where it is installed. */
export async function startAzurite(folder: string): Promise<Azurite> {
  const accountName = "tester";
  const accountKey = randomBytes(64).toString("base64");
  const program = join(folder, "node_modules/azurite/dist/src/blob/main.js");
  const options = ["--inMemoryPersistence", "--disableTelemetry", "--silent", "--skipApiVersionCheck"];
  const server = await startServer(process.execPath, (port) => [program, "--blobPort", String(port), ...options], {
    AZURITE_ACCOUNTS: `${accountName}:${accountKey}`,
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}/${accountName}`,
    accountName,
    accountKey,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
