import { join } from "node:path";
import { type Channel, openChannel } from "@tvix-mesh/service";
import { type DaemonName, DaemonProcess, telemetryArguments } from "./daemon-process.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

export interface MeshOptions {
  /** All but nar-bridge by default. */
  readonly daemons?: readonly DaemonName[];
  /** More arguments of single daemons. */
  readonly arguments?: Partial<Record<DaemonName, readonly string[]>>;
  /** More environment variables of every daemon. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where spans go, for example http://127.0.0.1:4318. Without it the daemons run as they do without an exporter. */
  readonly otlpEndpoint?: string;
  /** Where everything is kept; a temporary directory by default. */
  readonly dataDirectory?: string;
}

/** Daemons of one mesh on loopback, each on a port of its own. */
export interface Mesh extends AsyncDisposable {
  readonly dataDirectory: string;
  /** `http://127.0.0.1:port`. */
  address(name: DaemonName): string;
  /** The environment variables that make a client use this mesh. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
  /** A channel to a daemon, closed with the mesh. */
  channel(name: DaemonName): Channel;
  process(name: DaemonName): DaemonProcess;
  /** Ends a daemon as a power cut would. */
  kill9(name: DaemonName): Promise<void>;
  /** Starts a daemon that has ended: same port, same data. */
  restart(name: DaemonName): Promise<void>;
}

const addressVariables: Readonly<Partial<Record<DaemonName, string>>> = {
  "blob-service": "BLOB_SERVICE_ADDR",
  "directory-service": "DIRECTORY_SERVICE_ADDR",
  "pathinfo-service": "PATH_INFO_SERVICE_ADDR",
  "build-service": "BUILD_SERVICE_ADDR",
  evaluator: "EVALUATOR_ADDR",
};

/** Each daemon needs those of the lines before, so their ports must be known first. */
const startOrder: readonly (readonly DaemonName[])[] = [
  ["blob-service", "directory-service"],
  ["pathinfo-service", "build-service"],
  ["evaluator", "nar-bridge"],
];

const defaultDaemons: readonly DaemonName[] = startOrder.flat().filter((name) => name !== "nar-bridge");

class RunningMesh implements Mesh {
  readonly dataDirectory: string;
  readonly #options: MeshOptions;
  readonly #resources = new AsyncDisposableStack();
  readonly #processes = new Map<DaemonName, DaemonProcess>();
  readonly #hosts = new Map<DaemonName, string>();

  constructor(options: MeshOptions) {
    this.#options = options;
    this.dataDirectory = options.dataDirectory ?? this.#resources.use(makeTemporaryDirectory("mesh")).path;
  }

  get clientEnvironment(): Readonly<Record<string, string>> {
    const variables = Object.entries(addressVariables).map(([name, variable]) => {
      const host = this.#hosts.get(name as DaemonName);
      return host === undefined ? [] : [[variable, `grpc+http://${host}`]];
    });
    return Object.fromEntries(variables.flat());
  }

  address(name: DaemonName): string {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`Cannot find ${name}: the mesh has none`);
    return `http://${host}`;
  }

  process(name: DaemonName): DaemonProcess {
    const daemon = this.#processes.get(name);
    if (!daemon) throw new Error(`Cannot find ${name}: the mesh has none`);
    return daemon;
  }

  channel(name: DaemonName): Channel {
    return this.#resources.use(openChannel({ name, address: this.address(name) }));
  }

  async start(name: DaemonName): Promise<void> {
    const { otlpEndpoint, environment } = this.#options;
    const telemetry = {
      OTEL_SERVICE_NAME: name,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint ?? "",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "200",
    };
    const listen = this.#hosts.get(name) ?? "127.0.0.1:0";
    const daemon = new DaemonProcess({
      name,
      arguments: [
        ...["--listen", listen, "--data", join(this.dataDirectory, name), "--log-level", "debug"],
        ...(this.#options.arguments?.[name] ?? []),
      ],
      environment: { ...this.clientEnvironment, ...(otlpEndpoint === undefined ? {} : telemetry), ...environment },
      nodeArguments: otlpEndpoint === undefined ? [] : telemetryArguments,
    });
    this.#processes.set(name, daemon);
    this.#hosts.set(name, (await daemon.listening)[0] ?? "");
  }

  async kill9(name: DaemonName): Promise<void> {
    const daemon = this.process(name);
    daemon.signal("SIGKILL");
    await daemon.exited;
  }

  restart(name: DaemonName): Promise<void> {
    return this.start(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Clients before their servers, so that none of them has to wait for its drain.
    for (const names of startOrder.toReversed())
      await Promise.all(names.map((name) => this.#processes.get(name)?.[Symbol.asyncDispose]()));
    await this.#resources.disposeAsync();
  }
}

/** Starts daemons and waits until they listen. If one can't, those that run are stopped again. */
export async function startMesh(options: MeshOptions = {}): Promise<Mesh> {
  const wanted = new Set(options.daemons ?? defaultDaemons);
  const mesh = new RunningMesh(options);
  try {
    for (const names of startOrder)
      await Promise.all(names.filter((name) => wanted.has(name)).map((name) => mesh.start(name)));
  } catch (error) {
    await mesh[Symbol.asyncDispose]();
    throw error;
  }
  return mesh;
}
