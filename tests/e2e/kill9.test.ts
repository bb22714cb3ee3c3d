import { createEvaluatorClient } from "@tvix-mesh/glue";
import { BuildService } from "@tvix-mesh/proto/mesh/build/v1/build";
import { type Channel, createClient, openChannel } from "@tvix-mesh/service";
import { describe, expect, test } from "vitest";
import { shellBuild } from "./testing/builds.ts";
import type { DaemonName } from "./testing/daemon-process.ts";
import { shellDerivation } from "./testing/derivations.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { retry } from "./testing/retry.ts";
import { blobUploads, directoryUploads, pathInfoUploads, type Uploads } from "./testing/uploads.ts";

const rounds = 10;
const parallelUploads = 8;
/** For machines that are busy with other things. */
const timeout = 600_000;

/** Uploads side by side until the daemon, killed after the given number of acknowledgements, fails them all. */
async function uploadUntilKilled(
  mesh: Mesh,
  daemon: DaemonName,
  uploads: Uploads,
  numbers: Iterator<number>,
  killAfter: number,
) {
  const acknowledged: number[] = [];
  const failures: { readonly number: number; readonly error: unknown }[] = [];
  async function uploadOneAfterTheOther(): Promise<void> {
    for (let next = numbers.next(); !next.done; next = numbers.next())
      try {
        await uploads.put(next.value);
        acknowledged.push(next.value);
        if (acknowledged.length === killAfter) mesh.process(daemon).signal("SIGKILL");
      } catch (error) {
        failures.push({ number: next.value, error });
        return;
      }
  }
  await Promise.all(Array.from({ length: parallelUploads }, uploadOneAfterTheOther));
  await mesh.process(daemon).exited;
  return { acknowledged, failures };
}

function* count(): Generator<number> {
  for (let number = 0; ; number++) yield number;
}

const stores: readonly (readonly [DaemonName, (channel: Channel) => Uploads])[] = [
  ["blob-service", blobUploads],
  ["directory-service", directoryUploads],
  ["pathinfo-service", pathInfoUploads],
];

describe.concurrent.each(stores)("kill -9 of %s in the middle of uploads", (daemon, createUploads) => {
  test("loses nothing acknowledged, clients are told its name, a retry succeeds", { timeout }, async () => {
    // Path infos and directories don't refer to what has to be there.
    await using mesh = await startMesh({ daemons: [daemon] });
    const uploads = createUploads(mesh.channel(daemon));
    const unreachable = `Cannot reach ${daemon} at ${mesh.address(daemon)}: `;
    const numbers = count();
    const kept: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { acknowledged, failures } = await uploadUntilKilled(mesh, daemon, uploads, numbers, 2 * round + 1);
      expect(failures).toHaveLength(parallelUploads);
      for (const { error } of failures) expect((error as Error).message).toContain(unreachable);
      await mesh.restart(daemon);
      for (const number of acknowledged)
        expect(await retry(() => uploads.isThere(number)), `upload ${number}`).toBe(true);
      for (const { number } of failures) await retry(() => uploads.put(number));
      kept.push(...acknowledged, ...failures.map(({ number }) => number));
    }
    for (const number of kept) expect(await uploads.isThere(number), `upload ${number}`).toBe(true);
  });
});

/** Says that it has started, and takes a second, in which the daemon can be killed. */
const slowScript = "echo started; (exec -a sleep /bin/sh 1); echo done >";

/** Work of a daemon that tells about itself while it goes on. */
interface Work {
  readonly daemon: DaemonName;
  /** Calls `started` once it is under way. */
  run(mesh: Mesh, round: number, started: () => void): Promise<void>;
}

const build: Work = {
  daemon: "build-service",
  async run(mesh, _round, started) {
    using channel = openChannel({ name: this.daemon, address: mesh.address(this.daemon) });
    const request = shellBuild(`${slowScript} /output`);
    for await (const { event } of createClient(BuildService, channel).build({ request })) {
      if (event.case === "logLine") started();
      if (event.case === "failed") throw new Error(event.value.reason);
    }
  },
};

const evaluation: Work = {
  daemon: "evaluator",
  async run(mesh, round, started) {
    using channel = openChannel({ name: this.daemon, address: mesh.address(this.daemon) });
    const text = shellDerivation(`round-${round}`, `${slowScript} $out`);
    const expression = { source: { case: "text" as const, value: Buffer.from(text) } };
    for await (const { event } of createEvaluatorClient(channel).build({ expression }))
      if (event.case === "logLine") started();
  },
};

test.concurrent("kill -9 of build-service and evaluator: clients are told the name, a retry succeeds", {
  timeout,
}, async () => {
  await using mesh = await startMesh();
  for (let round = 0; round < rounds; round++)
    for (const work of [build, evaluation]) {
      const { daemon } = work;
      const interrupted = work.run(mesh, round, () => mesh.process(daemon).signal("SIGKILL"));
      await expect(interrupted).rejects.toThrow(`Cannot reach ${daemon} at ${mesh.address(daemon)}: `);
      await mesh.process(daemon).exited;
      await mesh.restart(daemon);
      await retry(() => work.run(mesh, round, () => undefined));
    }
});
