import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BlobService, createBlobServiceClient, hashB3 } from "@tvix-mesh/castore";
import { type ListeningMessage, openChannel, ServiceError } from "@tvix-mesh/service";
import { afterAll, afterEach, describe, expect, it } from "vitest";

const root = await mkdtemp(join(tmpdir(), "blob-service-"));
afterAll(() => rm(root, { recursive: true, force: true }));

let daemon: ChildProcess | undefined;
afterEach(async () => {
  daemon?.kill("SIGKILL");
});

/** Starts the daemon as a user would; answers where it listens. */
async function start(data: string, listen: string): Promise<string> {
  const args = ["--data", data, "--listen", listen, "--log-level", "error"];
  daemon = fork(join(import.meta.dirname, "main.ts"), args, { stdio: "inherit", execArgv: [] });
  const [message] = (await once(daemon, "message")) as [ListeningMessage];
  return message.addresses[0] as string;
}

async function stop(signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(daemon as ChildProcess, "exit") as Promise<[number | null]>;
  daemon?.kill(signal);
  return (await exited)[0];
}

function contents(number: number): Uint8Array {
  return new Uint8Array(number % 5 === 0 ? 700_000 : 2000).map((_, index) => (index * (number + 3)) >> 3);
}

async function put(blobs: BlobService, bytes: Uint8Array): Promise<void> {
  await using writer = await blobs.openWrite();
  await writer.write(bytes);
  await writer.close();
}

describe("blob-service", () => {
  it("has every blob that it acknowledged after kill -9, round after round", async () => {
    const data = join(root, "killed");
    let listen = "127.0.0.1:0";
    let next = 0;
    const acknowledged = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      listen = await start(data, listen);
      using channel = openChannel({ name: "blob-service", address: `http://${listen}`, unaryTimeoutMs: 10_000 });
      const blobs = createBlobServiceClient(channel);
      const enough = acknowledged.size + 40;
      const lane = async (): Promise<ServiceError> => {
        for (;;) {
          const number = next++;
          try {
            await put(blobs, contents(number));
          } catch (error) {
            if (ServiceError.is(error)) return error;
            throw error;
          }
          acknowledged.add(number);
          if (acknowledged.size === enough) daemon?.kill("SIGKILL");
        }
      };
      const errors = await Promise.all(Array.from({ length: 8 }, lane));
      for (const error of errors)
        expect(error.message).toMatch(/^Cannot reach blob-service at http:\/\/127\.0\.0\.1:\d+: /);
    }
    await start(data, listen);
    using channel = openChannel({ name: "blob-service", address: `http://${listen}` });
    const blobs = createBlobServiceClient(channel);
    for (const number of acknowledged) {
      const expected = contents(number);
      const reader = await blobs.openRead(hashB3(expected));
      const bytes = Buffer.concat(reader ? await Array.fromAsync(reader.read()) : []);
      expect(bytes.equals(expected), `blob ${number}`).toBe(true);
    }
    expect(await stop("SIGTERM")).toBe(0);
  });

  it("serves on a unix socket", async () => {
    const address = `unix://${join(root, "socket")}`;
    await start(join(root, "unix"), address);
    using channel = openChannel({ name: "blob-service", address });
    const blobs = createBlobServiceClient(channel);
    await put(blobs, contents(0));
    expect(await blobs.has(hashB3(contents(0)))).toBe(true);
    expect(await stop("SIGTERM")).toBe(0);
  });
});
