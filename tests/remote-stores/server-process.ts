import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const startTimeoutMs = 30_000;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts a server on a port of its own, and resolves once it accepts connections there. */
export async function startServer(
  command: string,
  args: (port: number) => readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { readonly port: number }> {
  const port = await freePort();
  const server = spawn(command, args(port), {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  server.stderr.on("data", (text: Buffer) => {
    log = (log + text.toString()).slice(-2000);
  });
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGKILL");
    await once(server, "exit");
  };
  const giveUpAtMs = Date.now() + startTimeoutMs;
  while (!(await accepts(port))) {
    if (server.exitCode !== null || Date.now() > giveUpAtMs) {
      await stop();
      throw new Error(`Cannot start ${command}: ${log}`);
    }
    await sleep(50);
  }
  return { port, [Symbol.asyncDispose]: stop };
}
