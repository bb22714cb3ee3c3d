import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../remote-stores/server-process.ts";

const run = promisify(execFile);
const startTimeoutMs = 120_000;

export interface Radosgw extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function configuration(directory: string, clusterId: string, monitorPort: number): string {
  const modes = ["mon client", "mon cluster", "mon service", "cluster", "service", "client"];
  return [
    "[global]",
    `fsid = ${clusterId}`,
    `mon host = v2:127.0.0.1:${monitorPort}/0`,
    "mon initial members = a",
    "public addr = 127.0.0.1",
    "auth cluster required = none",
    "auth service required = none",
    "auth client required = none",
    ...modes.map((mode) => `ms ${mode} mode = crc`),
    "osd pool default size = 1",
    "osd pool default min size = 1",
    "osd pool default pg num = 1",
    "osd crush chooseleaf type = 0",
    "osd objectstore = memstore",
    `memstore device bytes = ${4 * 1024 ** 3}`,
    "mon data avail crit = 1",
    "mon data avail warn = 1",
    `run dir = ${directory}`,
    `admin socket = ${directory}/$name.asok`,
    `log file = ${directory}/$name.log`,
    `mon data = ${directory}/mon`,
    `osd data = ${directory}/osd`,
    `osd journal = ${directory}/journal`,
    `keyring = ${directory}/keyring`,
    `rgw data = ${directory}/rgw`,
    "",
  ].join("\n");
}

async function until(what: string, isReady: () => Promise<unknown>, daemons: readonly ChildProcess[]): Promise<void> {
  const giveUpAtMs = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await isReady();
      return;
    } catch (cause) {
      const ended = daemons.some((daemon) => daemon.exitCode !== null);
      if (ended || Date.now() > giveUpAtMs) throw new Error(`Cannot start radosgw: ${what} doesn't answer`, { cause });
      await sleep(200);
    }
  }
}

/** A Ceph cluster of one monitor and one OSD in memory, on loopback, with its S3 gateway and one user. */
export async function startRadosgw(): Promise<Radosgw> {
  const directory = await mkdtemp(join(tmpdir(), "radosgw-"));
  const daemons: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const daemon of daemons.reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      daemon.kill("SIGKILL");
      await once(daemon, "exit");
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
    const clusterId = randomUUID();
    const file = join(directory, "ceph.conf");
    const ceph = (program: string, ...args: readonly string[]) => run(program, ["-c", file, ...args]);
    const start = (program: string, ...args: readonly string[]): void => {
      daemons.push(spawn(program, ["-c", file, "-f", ...args], { stdio: "ignore" }));
    };
    for (const folder of ["mon", "osd", "rgw"]) await mkdir(join(directory, folder));
    await writeFile(file, configuration(directory, clusterId, monitorPort));

    const map = join(directory, "monmap");
    const address = `[v2:127.0.0.1:${monitorPort}/0]`;
    await run("monmaptool", ["--create", "--fsid", clusterId, "--addv", "a", address, map]);
    await ceph("ceph-mon", "--mkfs", "-i", "a", "--monmap", map);
    start("ceph-mon", "-i", "a");
    await until("the monitor", () => ceph("ceph", "--connect-timeout", "5", "status"), daemons);
    const osdId = randomUUID();
    await ceph("ceph", "osd", "new", osdId, "0");
    await ceph("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osdId);
    start("ceph-osd", "-i", "0");
    start("radosgw", "-n", "client.rgw", "--rgw-frontends", `beast endpoint=127.0.0.1:${gatewayPort}`);
    const credentials = { accessKeyId: "tester", secretAccessKey: randomUUID() };
    const keys = ["--access-key", credentials.accessKeyId, "--secret-key", credentials.secretAccessKey];
    await ceph("radosgw-admin", "user", "create", "--uid", "tester", "--display-name", "tester", ...keys);
    const endpoint = `http://127.0.0.1:${gatewayPort}`;
    await until("the gateway", () => fetch(endpoint), daemons);
    return { endpoint, ...credentials, [Symbol.asyncDispose]: stop };
  } catch (error) {
    const log = await readFile(join(directory, "client.rgw.log"), "utf8").catch(() => "");
    await stop();
    throw new Error(`Cannot start radosgw: ${log.slice(-2000)}`, { cause: error });
  }
}
