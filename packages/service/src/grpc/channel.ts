import { readFileSync } from "node:fs";
import type { DescService } from "@bufbuild/protobuf";
import { type ChannelCredentials, Client, type ClientOptions, credentials, Metadata } from "@grpc/grpc-js";
import { ServiceError } from "../service-error.ts";
import { flowControlWindowBytes, maxReceiveMessageBytes } from "./limits.ts";
import { retryServiceConfig } from "./retry.ts";
import { type Peer, toGrpcStatus } from "./status.ts";

/** A connection to one daemon, made when first used. */
export interface Channel extends Disposable {
  readonly peer: Peer;
  /** A grpc-js client that retries the service's idempotent methods. Closed with the channel. */
  open(service: DescService): Client;
  /** How long a unary call may take, and a stream be without a connection. Streams have no total limit. */
  readonly unaryTimeoutMs: number;
}

export interface ChannelOptions {
  /** The daemon's name, for error messages. */
  readonly name: string;
  /** `http://host:port`, `https://host:port` or `unix:///path`, with or without a leading `grpc+`. */
  readonly address: string;
  readonly unaryTimeoutMs?: number;
  /** PEM file of the authorities to trust instead of the system's, for https. */
  readonly tlsCaFile?: string | undefined;
  /** PEM files of the certificate and its key that are shown to a daemon which asks for them. */
  readonly tlsCertFile?: string | undefined;
  readonly tlsKeyFile?: string | undefined;
  /** Headers for each call, such as what a service in a cloud wants to see of credentials. Only for https. */
  readonly metadata?: () => Promise<Readonly<Record<string, string>>>;
}

interface Target {
  readonly target: string;
  readonly secure: boolean;
}

function parseTarget(address: string): Target {
  const plain = address.replace(/^grpc\+/, "");
  if (plain.startsWith("unix://")) return { target: `unix:${plain.slice("unix://".length)}`, secure: false };
  let url: URL | undefined;
  try {
    url = new URL(plain);
  } catch {}
  if ((url?.protocol !== "http:" && url?.protocol !== "https:") || (url.pathname !== "/" && url.pathname !== ""))
    throw new ServiceError(
      "invalid-argument",
      `Cannot connect to "${address}": not http://host:port, https://host:port or unix:///path`,
    );
  const secure = url.protocol === "https:";
  return { target: `${url.hostname}:${url.port || (secure ? 443 : 80)}`, secure };
}

const channelOptions: ClientOptions = {
  "grpc-node.flow_control_window": flowControlWindowBytes,
  "grpc.max_receive_message_length": maxReceiveMessageBytes,
  "grpc.max_send_message_length": -1,
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
  "grpc.use_local_subchannel_pool": 1,
};

function readPem(file: string | undefined, options: ChannelOptions): Buffer | null {
  if (file === undefined) return null;
  try {
    return readFileSync(file);
  } catch (cause) {
    const reason = `Cannot connect to ${options.name} at ${options.address}: ${(cause as Error).message}`;
    throw new ServiceError("invalid-argument", reason, { cause });
  }
}

function secureCredentials(options: ChannelOptions): ChannelCredentials {
  const [authorities, key, certificate] = [options.tlsCaFile, options.tlsKeyFile, options.tlsCertFile].map((file) =>
    readPem(file, options),
  );
  const secure = credentials.createSsl(authorities, key, certificate);
  const { metadata } = options;
  if (!metadata) return secure;
  const generate = credentials.createFromMetadataGenerator((_call, done) => {
    metadata().then(
      (headers) => done(null, Metadata.fromHttp2Headers(headers)),
      (error: unknown) => {
        const { code, details } = toGrpcStatus(error);
        done(Object.assign(new Error(details), { code }));
      },
    );
  });
  return credentials.combineChannelCredentials(secure, generate);
}

/** A channel to a daemon. Nothing is connected yet. `invalid-argument` if the address is none. */
export function openChannel(options: ChannelOptions): Channel {
  const { target, secure } = parseTarget(options.address);
  const channelCredentials = secure ? secureCredentials(options) : credentials.createInsecure();
  const clients: Client[] = [];
  return {
    peer: { name: options.name, address: options.address.replace(/^grpc\+/, "") },
    unaryTimeoutMs: options.unaryTimeoutMs ?? 30_000,
    open(service) {
      const serviceConfig = JSON.stringify(retryServiceConfig(service));
      const client = new Client(target, channelCredentials, {
        ...channelOptions,
        "grpc.service_config": serviceConfig,
      });
      clients.push(client);
      return client;
    },
    [Symbol.dispose]() {
      for (const client of clients.splice(0)) client.close();
    },
  };
}
