import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import process from "node:process";
import type { Command } from "commander";
import type { ServiceBinding } from "../grpc/service-implementation.ts";
import { ServiceError } from "../service-error.ts";
import { createCallLog } from "./call-log.ts";
import { readTlsFiles, type TlsMaterial } from "./credentials.ts";
import { Drain } from "./drain.ts";
import type { Endpoint } from "./endpoint.ts";
import { createGrpcEndpoint } from "./grpc-endpoint.ts";
import { createHttpEndpoint } from "./http-endpoint.ts";
import { formatListenAddress, isLocal, parseListenAddress } from "./listen-address.ts";
import { createLogger, type Logger } from "./logger.ts";
import { createDaemonCommand, type DaemonOptions, type Peer } from "./options.ts";
import { ServiceContext } from "./service-context.ts";
import { runShutdownActions } from "./shutdown.ts";

/** What a daemon offers once it has started: gRPC services, or an HTTP listener. */
export type StartedService = Partial<AsyncDisposable> &
  ({ readonly services: readonly ServiceBinding[] } | { readonly http: RequestListener });

/** A daemon, as its main file describes it. */
export interface ServiceDescription {
  /** For example "blob-service": names the process in logs, traces and errors. */
  readonly name: string;
  /** One sentence for `--help`. */
  readonly summary: string;
  readonly defaultPort: number;
  /** Whether the daemon keeps something itself and so has `--memory` and `--backend`. True by default. */
  readonly hasStore?: boolean;
  /** The daemons that it calls. */
  readonly peers?: readonly Peer[];
  /** Adds the daemon's own options; their values are in `context.options`. */
  readonly options?: (command: Command) => unknown;
  start(context: ServiceContext): Promise<StartedService>;
}

/** Sent to a parent process that has opened an IPC channel, once the daemon listens. */
export interface ListeningMessage {
  readonly type: "listening";
  readonly name: string;
  readonly addresses: readonly string[];
}

const version = "0.1.0";

function readComposition(file: string | undefined): Record<string, unknown> {
  if (file === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ServiceError("invalid-argument", `Cannot read configuration ${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ServiceError("invalid-argument", `Cannot read configuration ${file}: expected an object`);
  return value as Record<string, unknown>;
}

function readTls(options: DaemonOptions): TlsMaterial | undefined {
  const { tlsCert, tlsKey, tlsClientCa } = options;
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new ServiceError("invalid-argument", "Cannot serve TLS: --tls-cert and --tls-key belong together");
  return readTlsFiles({ certificate: tlsCert, key: tlsKey, clientAuthorities: tlsClientCa });
}

function readListenAddresses(options: DaemonOptions, tls: TlsMaterial | undefined) {
  const addresses = options.listen.map(parseListenAddress);
  for (const address of addresses)
    if (!isLocal(address) && !tls && !options.insecure)
      throw new ServiceError(
        "invalid-argument",
        `Cannot listen on ${formatListenAddress(address)}: other machines could connect without TLS; give --tls-cert and --tls-key, or --insecure`,
      );
  return addresses;
}

function createEndpoint(started: StartedService, tls: TlsMaterial | undefined, drain: Drain, logger: Logger): Endpoint {
  if ("http" in started) return createHttpEndpoint({ listener: started.http, tls, drain });
  return createGrpcEndpoint({ services: started.services, tls, drain, observer: createCallLog(logger) });
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(130);
      stopping = true;
      resolve(signal);
    };
    process.on("SIGTERM", stop).on("SIGINT", stop);
    // A parent that goes away without a signal, such as a killed `tvix up`.
    process.on("disconnect", () => stop("SIGTERM"));
  });
}

async function serve(description: ServiceDescription, options: DaemonOptions, logger: Logger): Promise<void> {
  const tls = readTls(options);
  const listenAddresses = readListenAddresses(options, tls);
  await using context = new ServiceContext({
    name: description.name,
    logger,
    dataDir: options.data,
    memory: options.memory ?? false,
    backendUrl: options.backend,
    composition: readComposition(options.composition),
    options: { ...options },
  });
  const started = await description.start(context);
  context.checkUnused();
  const drain = new Drain(description.name);
  const endpoint = createEndpoint(started, tls, drain, logger);
  const stopped = stopSignal();
  const addresses: string[] = [];
  for (const address of listenAddresses) addresses.push(formatListenAddress(await endpoint.listen(address)));
  endpoint.setServing(true);
  logger.info({ addresses }, `${description.name} listens on ${addresses.join(", ")}`);
  process.send?.({ type: "listening", name: description.name, addresses } satisfies ListeningMessage);

  const signal = await stopped;
  logger.info({ signal }, `${description.name} finishes the calls under way`);
  endpoint.setServing(false);
  const finished = await drain.start(options.drainTimeout * 1000);
  if (!finished) logger.warn(`${description.name} cuts calls that took longer than ${options.drainTimeout} s`);
  await endpoint.close();
  await started[Symbol.asyncDispose]?.();
}

/** Runs a daemon until it is told to stop. Sets the exit code: 1 if it could not start. */
export async function runService(description: ServiceDescription): Promise<void> {
  const { hasStore = true, peers = [], options: addOptions } = description;
  const command = createDaemonCommand({ ...description, version, hasStore, peers, options: addOptions });
  const options = command.parse().opts<DaemonOptions>();
  const logger = createLogger(description.name, options.logLevel);
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, `${description.name} ends: ${error.message}`);
    process.exit(70);
  });
  try {
    await serve(description, options, logger);
  } catch (error) {
    process.stderr.write(`${description.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  await runShutdownActions();
  logger.info(`${description.name} has stopped`);
  process.exit();
}
