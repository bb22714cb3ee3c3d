import { chmod, lchown, lstat, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { NamedNode } from "@tvix-mesh/castore";
import { ServiceError, toServiceError } from "@tvix-mesh/service";
import type { BuildRequest } from "../build-request.ts";
import { isWithin } from "../clean-path.ts";
import { listPaths } from "../list-paths.ts";
import { launcherPath, needsLauncher } from "./bubblewrap-arguments.ts";
import type { HostUser } from "./build-user.ts";

/** What builds find in /etc, as Nix gives it to them. */
const etcFiles: Readonly<Record<string, string>> = {
  passwd: [
    "root:x:0:0:Nix build user:/build:/noshell",
    "nixbld:x:1000:100:Nix build user:/build:/noshell",
    "nobody:x:65534:65534:Nobody:/:/noshell",
    "",
  ].join("\n"),
  group: "root:x:0:\nnixbld:!:100:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
};

/** What a build with network access sees of the host's /etc besides. */
const hostEtcFiles = ["resolv.conf", "services", "hosts"];
const nameServiceSwitch = "hosts: files dns\nservices: files\n";

const alwaysThere = ["proc", "dev", "tmp", "etc"];

class RootMaker {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async directory(path: string): Promise<void> {
    await mkdir(join(this.#root, path), { recursive: true });
  }

  async file(path: string, contents: Uint8Array | string): Promise<void> {
    await this.directory(dirname(path));
    await writeFile(join(this.#root, path), contents);
  }

  async etc(networkAccess: boolean): Promise<void> {
    for (const [name, contents] of Object.entries(etcFiles)) await this.file(`etc/${name}`, contents);
    if (!networkAccess) return;
    await this.file("etc/nsswitch.conf", nameServiceSwitch);
    for (const name of hostEtcFiles) {
      const contents = await readFile(join("/etc", name)).catch(() => undefined);
      if (contents) await this.file(`etc/${name}`, contents);
    }
  }

  /** A place to mount the input on; symlinks can't be mounted, so they are made. */
  async input(inputsDir: string, { name, node }: NamedNode): Promise<void> {
    const path = Buffer.concat([Buffer.from(join(this.#root, inputsDir, "/")), name]);
    if (node.kind === "directory") await mkdir(path);
    else if (node.kind === "file") await writeFile(path, "");
    else await symlink(Buffer.from(node.target), path);
  }

  async hostPath(path: string): Promise<void> {
    const target = await stat(path).catch(() => undefined);
    if (target?.isDirectory()) await this.directory(path);
    else await this.file(path, "");
  }
}

function isInInput(path: string, request: BuildRequest): boolean {
  return request.inputs.some(({ name }) => isWithin(path, join(request.inputsDir, Buffer.from(name).toString("utf8"))));
}

async function fillRoot(root: string, request: BuildRequest): Promise<void> {
  const maker = new RootMaker(root);
  const { constraints } = request;
  for (const path of alwaysThere) await maker.directory(path);
  await chmod(join(root, "tmp"), 0o1777);
  await maker.etc(constraints?.networkAccess ?? false);
  for (const path of request.scratchPaths) await maker.directory(path);
  for (const path of request.outputs) await maker.directory(dirname(path));
  await maker.directory(request.inputsDir);
  if (!isInInput(request.workingDir, request)) await maker.directory(request.workingDir);
  if (constraints?.provideBinSh) await maker.file("bin/sh", "");
  if (needsLauncher(request)) await maker.file(launcherPath, "");
  for (const path of constraints?.availableRoPaths ?? []) await maker.hostPath(path);
  for (const { path, contents } of request.additionalFiles) await maker.file(path, contents);
  // Symlinks come last: nothing is written through them.
  for (const input of request.inputs) await maker.input(request.inputsDir, input);
}

async function giveTo(user: HostUser, path: Buffer): Promise<void> {
  const stat = await lstat(path);
  await lchown(path, user.uid, user.gid);
  if (stat.isDirectory()) for (const child of await listPaths(path)) await giveTo(user, child);
}

const collisionCodes = new Set(["EEXIST", "ENOTDIR", "EISDIR"]);

/**
 * Fills `root` with everything that a build finds at its start but the contents of its inputs, for which it makes
 * places to mount them on. All of it belongs to `owner`. `invalid-argument` if a path of the request is needed as a file and as a directory.
 */
export async function prepareRoot(root: string, request: BuildRequest, owner: HostUser | undefined): Promise<void> {
  try {
    await mkdir(root);
    await fillRoot(root, request);
    if (owner) await giveTo(owner, Buffer.from(root));
  } catch (error) {
    if (error instanceof Error && "code" in error && collisionCodes.has(String(error.code))) {
      const path =
        "path" in error
          ? Buffer.from(error.path as string)
              .toString("utf8")
              .slice(root.length)
          : "";
      throw new ServiceError(
        "invalid-argument",
        `Cannot build: ${path} is asked for twice, in ways that exclude each other`,
      );
    }
    throw toServiceError("Cannot prepare a sandbox", error);
  }
}

/**
 * The directories that a build may write to: its scratch paths, where its outputs are to lie, and /tmp. None lies
 * within another.
 */
export function writablePaths(request: BuildRequest): readonly string[] {
  const parents = request.outputs.map((path) => (path.includes("/") ? dirname(path) : ""));
  const all = [...new Set([...request.scratchPaths, ...parents, "tmp"])].sort();
  return all.filter((path) => !all.some((other) => other !== path && isWithin(path, other)));
}
