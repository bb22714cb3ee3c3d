import { spawn } from "node:child_process";
import { chmod, copyFile, mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DockerEngine } from "./docker-engine.ts";
import { requireCommand, runCommand } from "./run-command.ts";

/** A folder that becomes an image: programs of this machine with what they need to run, and a shell. */
export interface RootFileSystem {
  readonly directory: string;
  /** Copies a program, and the shared libraries that it loads to where it looks for them. */
  addProgram(source: string, path: string): Promise<void>;
  /** Copies the shared libraries that a program or a native module loads. */
  addLibrariesOf(file: string): Promise<void>;
}

/** Lays the folders that every container wants, two users, and busybox as the shell with its commands. */
export async function createRootFileSystem(directory: string): Promise<RootFileSystem> {
  for (const folder of ["bin", "dev", "etc", "home/node", "proc", "root", "sys", "tmp", "usr/bin", "usr/local/bin"]) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  await chmod(join(directory, "tmp"), 0o1777);
  await writeFile(join(directory, "etc/passwd"), "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n");
  await writeFile(join(directory, "etc/group"), "root:x:0:\nnode:x:1000:\n");

  await copyFile("/bin/busybox", join(directory, "bin/busybox"));
  for (const command of (await requireCommand("/bin/busybox", ["--list"])).split("\n")) {
    if (command !== "busybox") {
      await symlink("busybox", join(directory, "bin", command));
    }
  }

  const addFile = async (source: string, path: string) => {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(await realpath(source), target);
  };
  const addLibrariesOf = async (file: string) => {
    const { stdout } = await runCommand("ldd", [file]);
    for (const [library] of stdout.matchAll(/\/\S+/g)) {
      if (library !== `${file}:`) {
        await addFile(library, library);
      }
    }
  };
  return {
    directory,
    addLibrariesOf,
    addProgram: async (source, path) => {
      await addFile(source, path);
      await addLibrariesOf(source);
    },
  };
}

/** Makes an image of the folder; `changes` are Dockerfile instructions. */
export async function importImage(
  engine: DockerEngine,
  directory: string,
  image: string,
  changes: readonly string[],
): Promise<void> {
  const tar = spawn("tar", ["--create", "--numeric-owner", "--owner=0", "--group=0", "--directory", directory, "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await engine.docker(["import", ...changes.flatMap((change) => ["--change", change]), "-", image], tar.stdout);
}
