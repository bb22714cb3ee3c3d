import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDirectoryServiceClient, Directory, type DirectoryService } from "@tvix-mesh/castore";
import { type ListeningMessage, openChannel, ServiceError } from "@tvix-mesh/service";
import { afterAll, afterEach, describe, expect, it } from "vitest";

const root = await mkdtemp(join(tmpdir(), "directory-service-"));
afterAll(() => rm(root, { recursive: true, force: true }));

let daemon: ChildProcess | undefined;
afterEach(() => {
  daemon?.kill("SIGKILL");
});

/** Starts the daemon as a user would; answers where it listens. */
async function start(data: string, listen: string): Promise<string> {
  const args = ["--data", data, "--listen", listen, "--log-level", "error"];
  daemon = fork(join(import.meta.dirname, "main.ts"), args, { stdio: "inherit", execArgv: [] });
  const [message] = (await once(daemon, "message")) as [ListeningMessage];
  return message.addresses[0] as string;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const depth = 5;

/** Leaves first; each level refers to the one below. */
function closure(number: number): readonly Directory[] {
  const target = bytes(String(number));
  let directory = Directory.of([{ name: bytes("link"), node: { kind: "symlink", target } }]);
  const all = [directory];
  while (all.length < depth) {
    directory = Directory.of([{ name: bytes("below"), node: directory.toNode() }]);
    all.push(directory);
  }
  return all;
}

async function put(directories: DirectoryService, number: number): Promise<void> {
  await using putter = await directories.openPutter();
  for (const directory of closure(number)) await putter.put(directory);
  await putter.close();
}

describe("directory-service", () => {
  it("has every closure that it acknowledged after kill -9, and no root without what is below it", async () => {
    const data = join(root, "killed");
    const listen = await start(data, "127.0.0.1:0");
    const acknowledged = new Set<number>();
    let next = 0;
    {
      using channel = openChannel({ name: "directory-service", address: `http://${listen}` });
      const directories = createDirectoryServiceClient(channel);
      const lane = async (): Promise<ServiceError> => {
        for (;;) {
          const number = next++;
          try {
            await put(directories, number);
          } catch (error) {
            if (ServiceError.is(error)) return error;
            throw error;
          }
          acknowledged.add(number);
          if (acknowledged.size === 60) daemon?.kill("SIGKILL");
        }
      };
      const errors = await Promise.all(Array.from({ length: 8 }, lane));
      for (const error of errors) expect(error.message).toMatch(/^Cannot reach directory-service at http:/);
    }
    await start(data, listen);
    using channel = openChannel({ name: "directory-service", address: `http://${listen}` });
    const directories = createDirectoryServiceClient(channel);
    for (let number = 0; number < next; number += 1) {
      const { digest } = closure(number).at(-1) as Directory;
      const below = await Array.fromAsync(directories.getRecursive(digest));
      expect(below.length, `closure ${number}`).toBe(acknowledged.has(number) || below.length > 0 ? depth : 0);
    }
    const exited = once(daemon as ChildProcess, "exit");
    daemon?.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });
});
