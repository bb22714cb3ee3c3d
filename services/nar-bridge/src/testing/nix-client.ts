import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

const configuration = `
experimental-features = nix-command
substituters =
build-users-group =
sandbox = true
sandbox-paths = /bin/sh=/bin/busybox
`;

/** The machine's Nix, knowing nothing of the machine's stores, settings and caches. */
export interface NixClient extends AsyncDisposable {
  /** A fresh directory for a store. */
  newStore(): Promise<string>;
  /** Standard output; fails with standard error in the message. */
  nix(...args: readonly string[]): Promise<string>;
  /** Every path of a store with what is known of it. */
  pathInfos(store: string): Promise<readonly NixPathInfo[]>;
}

export interface NixPathInfo {
  readonly path: string;
  readonly narHash: string;
  readonly narSize: number;
  readonly references: readonly string[];
  readonly deriver?: string;
  readonly signatures?: readonly string[];
  readonly ca?: string;
}

export async function openNixClient(): Promise<NixClient> {
  const directory = await mkdtemp(join(tmpdir(), "nix-client-"));
  await mkdir(join(directory, "conf"));
  await writeFile(join(directory, "conf", "nix.conf"), configuration);
  let stores = 0;

  async function nix(...args: readonly string[]): Promise<string> {
    // Nix remembers narinfos under HOME, so each run has its own.
    const home = await mkdtemp(join(directory, "home-"));
    const env = { PATH: process.env.PATH ?? "", HOME: home, NIX_CONF_DIR: join(directory, "conf") };
    const { stdout } = await run("nix", [...args], { env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }

  return {
    nix,
    async newStore() {
      const store = join(directory, `store-${stores++}`);
      await mkdir(store);
      return store;
    },
    async pathInfos(store) {
      return JSON.parse(await nix("path-info", "--all", "--json", "--store", store));
    },
    async [Symbol.asyncDispose]() {
      // What Nix has stored is read-only, directories too.
      await run("chmod", ["-R", "u+w", directory]);
      await rm(directory, { recursive: true });
    },
  };
}
