import { cp, glob, mkdir, mkdtemp, readFile, readlink, rm, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DockerEngine } from "./docker-engine.ts";
import { createRootFileSystem, importImage } from "./root-file-system.ts";

interface LockedPackage {
  readonly dev?: boolean;
  readonly link?: boolean;
}

/**
 * Makes a base for deploy/Dockerfile from what is installed here: the pinned Node.js, bubblewrap, busybox and the
 * production dependencies of the lock file. So the image is built without a network.
 */
export async function importBaseImage(engine: DockerEngine, repository: string, image: string): Promise<void> {
  const directory = await mkdtemp("/var/tmp/tvix-mesh-base-image-");
  try {
    const root = await createRootFileSystem(directory);
    await root.addProgram(process.execPath, "usr/local/bin/node");
    await root.addProgram("/usr/bin/bwrap", "usr/bin/bwrap");
    await copyProductionModules(repository, join(directory, "app"));
    for await (const addon of glob(join(directory, "app/node_modules/**/*.node"))) {
      if (!addon.includes("musl")) {
        await root.addLibrariesOf(addon);
      }
    }
    await importImage(engine, directory, image, ["ENV PATH=/usr/local/bin:/usr/bin:/bin"]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function copyProductionModules(repository: string, target: string): Promise<void> {
  const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
    await readFile(join(repository, "package-lock.json"), "utf8"),
  );
  for (const [path, locked] of Object.entries(lock.packages)) {
    const wanted = path.includes("node_modules/") && locked.dev !== true && !path.includes("node_modules/node-linux-");
    const source = join(repository, path);
    if (!wanted || !(await exists(source))) {
      continue;
    }
    await mkdir(dirname(join(target, path)), { recursive: true });
    if (locked.link === true) {
      await symlink(await readlink(source), join(target, path));
    } else {
      await cp(source, join(target, path), { recursive: true, verbatimSymlinks: true });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
