import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { nodeOptionsOf } from "../packages/cli/src/up/node-options.ts";

export interface Daemon extends AsyncDisposable {
  readonly pid: number;
  readonly address: string;
}

async function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: { readonly addresses: readonly string[] }) =>
      resolve(message.addresses[0] as string),
    );
    child.on("exit", (code) => reject(new Error(`Cannot start ${child.spawnfile}: it ended with ${code}`)));
  });
}

/** A script that says through its parent's channel where it listens. */
export async function startServer(
  script: URL,
  options: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Daemon> {
  const child = fork(fileURLToPath(script), options, {
    execArgv: [...nodeOptions],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const address = `http://${await listening(child)}`;
  return {
    pid: child.pid as number,
    address,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
}

/** A daemon of the mesh with its data in `data`, under the Node.js options that `tvix up` starts it with. */
export function startDaemon(name: string, data: string): Promise<Daemon> {
  const script = new URL(`../services/${name}/src/main.ts`, import.meta.url);
  return startServer(script, ["--listen", "127.0.0.1:0", "--data", data, "--log-level", "error"], nodeOptionsOf(name));
}
