import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../remote-stores/server-process.ts";
import { goProgram } from "./prepared.ts";

export interface FakeGcs extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly endpoint: string;
}

export const buildFakeGcs = (): Promise<string> =>
  goProgram("fake-gcs-server", "github.com/fsouza/fake-gcs-server@v1.56.1");

/** A server that speaks Cloud Storage's protocol, on loopback, with one bucket. It asks for no credentials. */
export async function startFakeGcs(program: string, bucket: string): Promise<FakeGcs> {
  // Its own memory is slow, as it looks through all objects for each one; on a disk it waits for that.
  const directory = await mkdtemp("/dev/shm/fake-gcs-").catch(() => mkdtemp(join(tmpdir(), "fake-gcs-")));
  const place = ["-backend", "filesystem", "-filesystem-root", directory];
  const options = ["-scheme", "http", "-host", "127.0.0.1", "-log-level", "error", ...place];
  const server = await startServer(program, (port) => [...options, "-port", String(port)]);
  const endpoint = `http://127.0.0.1:${server.port}`;
  const made = await fetch(`${endpoint}/storage/v1/b?project=tests`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: bucket }),
  });
  if (!made.ok) throw new Error(`Cannot make bucket ${bucket}: ${made.status}`);
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
