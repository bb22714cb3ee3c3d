import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGrpcBuildService, findBuildProblem } from "@tvix-mesh/build";
import { type ListeningMessage, openChannel } from "@tvix-mesh/service";
import { expect, it } from "vitest";

it("build-service builds, and ends by itself on SIGTERM", async () => {
  const data = mkdtempSync(join(tmpdir(), "build-service-"));
  const daemon = fork(
    join(import.meta.dirname, "main.ts"),
    ["--data", data, "--listen", "127.0.0.1:0", "--max-jobs", "1"],
    {
      env: { ...process.env, BLOB_SERVICE_ADDR: "memory://", DIRECTORY_SERVICE_ADDR: "memory://" },
      stdio: ["ignore", "inherit", "ignore", "ipc"],
    },
  );
  const [{ addresses }] = (await once(daemon, "message")) as [ListeningMessage];
  using channel = openChannel({ name: "build-service", address: `http://${addresses[0]}` });
  expect(await findBuildProblem(createGrpcBuildService(channel))).toBeUndefined();
  daemon.kill("SIGTERM");
  expect(await once(daemon, "exit")).toEqual([0, null]);
  rmSync(data, { recursive: true, force: true });
});
