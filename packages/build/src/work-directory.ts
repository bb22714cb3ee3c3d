import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, realpath, stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { ServiceError, toServiceError } from "@tvix-mesh/service";
import { removeTree } from "./remove-tree.ts";

/** How many processes may use one work directory at a time. */
const mostUsers = 64;

/** A place on disk that this process has for itself until it is disposed of. */
export interface WorkDirectory extends AsyncDisposable {
  readonly path: string;
  /** A fresh empty directory. Disposing removes it and what is in it. */
  makeBuildDirectory(): Promise<BuildDirectory>;
}

export interface BuildDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Takes an abstract socket's name, which the kernel frees when the process ends, however it does. */
function takeName(name: string): Promise<Server | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  const server = createServer((socket) => socket.destroy());
  server.once("error", (error: NodeJS.ErrnoException) =>
    error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
  );
  server.listen(`\0${name}`, () => resolve(server.unref()));
  return promise;
}

async function takePlace(root: string): Promise<{ path: string; server: Server }> {
  const id = createHash("sha256").update(root).digest("hex").slice(0, 32);
  for (let user = 0; user < mostUsers; user++) {
    const server = await takeName(`tvix-mesh-builds-${id}-${user}`);
    if (server) return { path: user === 0 ? root : join(root, `user-${user}`), server };
  }
  throw new ServiceError("resource-exhausted", `Cannot use work directory ${root}: ${mostUsers} processes already do`);
}

/** Builds by root run as another user, who must get to what is theirs, but needs no list of what else there is. */
const passableMode = 0o711;

const buildPrefix = "build-";

async function removeLeftBuilds(path: string): Promise<void> {
  for (const name of await readdir(path)) if (name.startsWith(buildPrefix)) await removeTree(join(path, name));
}

async function makeBuildDirectory(parent: string): Promise<BuildDirectory> {
  try {
    const path = await mkdtemp(join(parent, buildPrefix));
    await chmod(path, passableMode);
    return { path, [Symbol.asyncDispose]: () => removeTree(path) };
  } catch (error) {
    throw toServiceError(`Cannot use work directory ${parent}`, error);
  }
}

/**
 * Opens `root`, creating it if need be, and removes what builds left there when their process was killed. While
 * another process of this machine uses it, a directory below it is taken, so neither disturbs the other.
 */
export async function openWorkDirectory(root: string): Promise<WorkDirectory> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    const { path, server } = await takePlace(await realpath(root));
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, (await stat(path)).mode | passableMode);
    await removeLeftBuilds(path);
    return {
      path,
      makeBuildDirectory: () => makeBuildDirectory(path),
      async [Symbol.asyncDispose]() {
        await removeLeftBuilds(path);
        await new Promise((resolve) => server.close(resolve));
      },
    };
  } catch (error) {
    throw toServiceError(`Cannot use work directory ${root}`, error);
  }
}
