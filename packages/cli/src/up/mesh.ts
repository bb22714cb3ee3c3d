import { type DaemonProcess, type DaemonProcessOptions, startDaemon } from "./daemon-process.ts";
import { daemons } from "./daemons.ts";
import { choosePort } from "./ports.ts";

export interface MeshOptions extends Omit<DaemonProcessOptions, "port" | "log"> {
  readonly firstPort: number | undefined;
  readonly log: (name: string, line: string) => void;
}

/** The six daemons as child processes of this one. */
export interface Mesh {
  /** Name and URL of each daemon, once all listen. Rejects if one can't start. */
  readonly addresses: Promise<ReadonlyMap<string, string>>;
  /** Resolves when a daemon has ended, with words for which and how. */
  readonly broken: Promise<string>;
  /** Stops each daemon after those that need it. Resolves when all have ended. */
  stop(): Promise<void>;
  /** Ends all at once. */
  kill(): void;
}

/** Starts the daemons, each as soon as those that it needs listen. */
export function startMesh(options: MeshOptions): Mesh {
  const processes = new Map<string, DaemonProcess>();
  const addresses = new Map<string, Promise<string>>();
  const broken = Promise.withResolvers<string>();
  let stopping = false;

  for (const daemon of daemons) {
    const start = async () => {
      const variables = { ...options.variables };
      for (const peer of daemons)
        if (daemon.needs.includes(peer.name)) variables[peer.addressVariable] = (await addresses.get(peer.name)) ?? "";
      if (stopping) throw new Error(`Cannot start ${daemon.name}: the mesh is being stopped`);
      const { name } = daemon;
      const port = choosePort(daemon, options.firstPort);
      const process = startDaemon(daemon, { ...options, port, variables, log: (line) => options.log(name, line) });
      processes.set(name, process);
      process.ended.then((how) => broken.resolve(`${name} ${how}`));
      return await process.address;
    };
    const address = start();
    address.catch(() => undefined);
    addresses.set(daemon.name, address);
  }

  return {
    addresses: Promise.all([...addresses].map(async ([name, address]) => [name, await address] as const)).then(
      (entries) => new Map(entries),
    ),
    broken: broken.promise,
    async stop() {
      stopping = true;
      const stopped = new Map<string, Promise<void>>();
      for (const daemon of [...daemons].reverse()) {
        const dependents = daemons.filter((other) => other.needs.includes(daemon.name));
        const stop = async () => {
          await Promise.all(dependents.map((dependent) => stopped.get(dependent.name)));
          await processes.get(daemon.name)?.stop();
        };
        stopped.set(daemon.name, stop());
      }
      await Promise.all(stopped.values());
    },
    kill() {
      for (const process of processes.values()) process.kill();
    },
  };
}
