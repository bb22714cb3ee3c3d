import { lstat, realpath, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ServiceError } from "@tvix-mesh/service";
import type { CastoreServices } from "../castore-services.ts";
import type { DirectoryNode } from "../node.ts";
import type { LiveDirectory } from "./live-directory.ts";
import { mountType, startMount, type UnmountOutcome, unmount, unmountCommand } from "./mount-program.ts";
import { mountedAt } from "./mount-table.ts";
import { FuseSession } from "./session.ts";

/** How far ahead the kernel reads; its own 128 KiB make requests of as much. */
const readAheadKiB = 1024;

export interface MountTreeOptions {
  /** A directory that is there, which may be hidden by what is mounted over it. */
  readonly mountPoint: string;
  /** Whether users other than the one who mounts may look into it; root only, unless /etc/fuse.conf allows it. */
  readonly allowOther?: boolean | undefined;
  /** Gets what went wrong in the services, with the path for which readers got an input/output error. */
  readonly report: (message: string) => void;
}

/** A tree that is mounted. */
export interface MountedTree {
  readonly mountPoint: string;
  /** Resolves once it is unmounted, by this or by anybody, and nobody uses it any more. */
  readonly ended: Promise<void>;
  /** By force, whoever still uses it gets errors. */
  unmount(options?: { readonly force?: boolean }): Promise<UnmountOutcome>;
}

/** The mount point without symbolic links. Fails if nothing can be mounted there, without asking a mount whose process hangs. */
async function checkMountPoint(path: string): Promise<string> {
  const fail = (reason: string, cause?: unknown) =>
    new ServiceError("failed-precondition", `Cannot mount at ${path}: ${reason}`, { cause });
  const parent = await realpath(dirname(resolve(path))).catch((cause: Error) => {
    throw fail(cause.message, cause);
  });
  const place = join(parent, basename(resolve(path)));
  const isOurs = (await mountedAt(place))?.type === mountType;
  try {
    const stats = await lstat(place);
    // What lstat tells may be what the kernel remembers of a process that has ended.
    await statfs(place);
    if (isOurs) throw fail(`a store is mounted there already (${unmountCommand(place)} removes it)`);
    if (stats.isSymbolicLink()) return await checkMountPoint(await realpath(place));
    if (!stats.isDirectory()) throw fail("it is no directory");
    return place;
  } catch (cause) {
    if (ServiceError.is(cause)) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOTCONN")
      throw fail(`the process of what is mounted there has ended (${unmountCommand(place)} removes it)`, cause);
    if (isOurs) throw fail(`a store is mounted there already (${message})`, cause);
    throw fail(code === "ENOENT" ? "there is no such directory" : message, cause);
  }
}

/** Only root may, and not where /sys is read-only; without, reading is slower. */
async function readFartherAhead(mountPoint: string): Promise<void> {
  const mounted = await mountedAt(mountPoint);
  if (mounted?.type !== mountType) return;
  await writeFile(`/sys/class/bdi/${mounted.device}/read_ahead_kb`, `${readAheadKiB}`).catch(() => undefined);
}

/**
 * Unmounts what is in use, and makes the kernel answer with errors whoever waits for us, and us. Root's umount does both; for
 * others the second needs the kernel's control files to be mounted, as they usually are.
 */
async function unmountByForce(mountPoint: string): Promise<UnmountOutcome> {
  const mounted = await mountedAt(mountPoint);
  const outcome = await unmount(mountPoint, { force: true });
  const [, minor] = mounted?.type === mountType ? mounted.device.split(":") : [];
  if (minor !== undefined) await writeFile(`/sys/fs/fuse/connections/${minor}/abort`, "1").catch(() => undefined);
  return outcome;
}

/**
 * Shows a directory as files, read-only, until it is unmounted. Resolves once it can be looked at. Until it has ended,
 * this process must not look at it itself with blocking calls.
 */
export async function mountTree(
  root: DirectoryNode | LiveDirectory,
  services: CastoreServices,
  { allowOther = false, report, ...options }: MountTreeOptions,
): Promise<MountedTree> {
  const mountPoint = await checkMountPoint(options.mountPoint);
  const { device, mounted } = await startMount({ mountPoint, allowOther });
  const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const session = new FuseSession(device, services, { root, owner, report });
  const ended = session.run();
  // Who waits for the end learns of it.
  ended.catch(() => undefined);
  await mounted;
  await Promise.race([session.ready, ended]);
  await readFartherAhead(mountPoint);
  return {
    mountPoint,
    ended: ended.finally(() => device[Symbol.dispose]()),
    unmount: ({ force = false } = {}) => (force ? unmountByForce(mountPoint) : unmount(mountPoint, { force })),
  };
}
