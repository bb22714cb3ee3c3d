import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type CommandOptions, type CommandResult, requireCommand, runCommand } from "./run-command.ts";
import { waitUntil } from "./wait-until.ts";

/** A Docker daemon of the test's own, in network, mount and process namespaces of its own. Disposing removes all. */
export interface DockerEngine extends AsyncDisposable {
  /** The environment with which clients find this engine. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs the `docker` client; gives what it printed. */
  docker(clientArguments: readonly string[], input?: Readable): Promise<string>;
  /** Runs a program on the engine's network, where published ports are on 127.0.0.1. */
  runInNetwork(program: string, programArguments: readonly string[], options?: CommandOptions): Promise<CommandResult>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 60_000;

/**
 * Starts the engine with all its state below `directory`, which need not exist and is removed in the end. Needs root.
 *
 * Everything ends with the test, however that ends: the kernel kills the first process of the engine's process
 * namespace, and so all containers, and with the last process the namespaces and the mounts go.
 */
export async function startDockerEngine(directory: string): Promise<DockerEngine> {
  await mkdir(directory, { recursive: true });
  const socket = `unix://${join(directory, "docker.sock")}`;
  const log = createWriteStream(join(directory, "dockerd.log"));
  const guard = spawn("setpriv", [
    ...["--pdeathsig", "KILL", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
    ...["sh", "-c", 'ip link set lo up && exec "$@"', "sh"],
    ...["dockerd", "--host", socket, "--data-root", join(directory, "data"), "--exec-root", join(directory, "exec")],
    ...["--pidfile", join(directory, "docker.pid")],
  ]);
  guard.stdout.pipe(log);
  guard.stderr.pipe(log);

  const environment = { ...process.env, DOCKER_HOST: socket, DOCKER_BUILDKIT: "0" };
  const stop = async () => {
    await stopGuard(guard);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntil("the Docker engine", startTimeoutMs, async () => {
      if (guard.exitCode !== null) {
        throw new Error(
          `Cannot start dockerd: ${(await readFile(join(directory, "dockerd.log"), "utf8")).slice(-2000)}`,
        );
      }
      const { exitCode } = await runCommand("docker", ["version"], { environment });
      return exitCode === 0 ? true : undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    environment,
    docker: (clientArguments, input) =>
      requireCommand("docker", clientArguments, { environment, ...(input === undefined ? {} : { input }) }),
    runInNetwork: async (program, programArguments, options = {}) =>
      runCommand(
        "nsenter",
        [`--net=/proc/${await firstChild(guard)}/ns/net`, "--", program, ...programArguments],
        options,
      ),
    [Symbol.asyncDispose]: stop,
  };
}

/** The process that `unshare` forked: dockerd itself. */
async function firstChild(guard: ChildProcess): Promise<string> {
  const children = await readFile(`/proc/${guard.pid}/task/${guard.pid}/children`, "utf8");
  return children.trim();
}

/** Asks dockerd to stop, which ends its containers, and kills it if that takes too long. */
async function stopGuard(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) {
    return;
  }
  const ended = new Promise<void>((resolve) => guard.once("exit", () => resolve()));
  const pid = await firstChild(guard);
  if (pid !== "") {
    process.kill(Number(pid), "SIGTERM");
  }
  const killer = setTimeout(() => guard.kill("SIGKILL"), stopTimeoutMs);
  await ended;
  clearTimeout(killer);
}
