import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { makeTemporaryDirectory } from "./temporary-directory.ts";
import type { LonelyTvix } from "./tvix-alone.ts";

function findObstacle(): string | undefined {
  if (process.geteuid?.() !== 0) return "only root can mount without a helper";
  try {
    accessSync("/dev/fuse", constants.R_OK | constants.W_OK);
  } catch (error) {
    return `/dev/fuse can't be opened: ${(error as Error).message}`;
  }
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "pipe" });
  } catch (error) {
    return `nothing can be mounted: ${(error as Error).message}`;
  }
  return undefined;
}

/** Why nothing can be mounted here; undefined if it can. Written to standard error too, as tests are skipped for it. */
export function mountObstacle(): string | undefined {
  const obstacle = findObstacle();
  if (obstacle !== undefined) process.stderr.write(`\n*** The tests of mounts are SKIPPED: ${obstacle} ***\n\n`);
  return obstacle;
}

/** `tvix store mount`, running. */
export interface StoreMount extends AsyncDisposable {
  readonly path: string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves once it has ended, to its exit code, null after SIGKILL. */
  readonly exited: Promise<number | null>;
  /** What it has written to standard error until now. */
  readonly errors: () => string;
}

/** Mounts at a new directory. `words` follow it on the command line. Rejects with what the command said if it ends. */
export async function startStoreMount(
  tvix: LonelyTvix,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<StoreMount> {
  const directory = makeTemporaryDirectory("mount");
  const path = join(directory.path, "mount point");
  mkdirSync(path);
  const child = tvix.start(["store", "mount", path, ...words], { environment });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
    errors += piece;
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const mounted = new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").once("data", () => resolve());
    exited.then(() => reject(new Error(`Cannot mount: ${errors}`)));
  });
  const mount: StoreMount = {
    path,
    signal: (signal) => void child.kill(signal),
    exited,
    errors: () => errors,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await Promise.race([exited, setTimeout(20_000, undefined, { ref: false })]);
      child.kill("SIGKILL");
      try {
        execFileSync("umount", ["--force", "--lazy", path], { stdio: "pipe" });
      } catch {
        // It is unmounted already.
      }
      directory[Symbol.dispose]();
    },
  };
  try {
    await mounted;
    return mount;
  } catch (error) {
    await mount[Symbol.asyncDispose]();
    throw error;
  }
}
