import { z } from "zod";
import { type AnyBackend, defineBackend } from "../composition/backend.ts";
import { parseConfig } from "../composition/composition.ts";
import { instanceFromUrl } from "../composition/instance-from-url.ts";
import { type Channel, openChannel } from "./channel.ts";

const file = z.string().min(1).optional();

const remoteConfig = z
  .strictObject({ address: z.string().min(1), tls_ca_file: file, tls_cert_file: file, tls_key_file: file })
  .refine((config) => (config.tls_cert_file === undefined) === (config.tls_key_file === undefined), {
    message: "tls_cert_file and tls_key_file belong together",
  });

type RemoteConfig = z.infer<typeof remoteConfig>;

function open(name: string, config: RemoteConfig): Channel {
  const { address, tls_ca_file: tlsCaFile, tls_cert_file: tlsCertFile, tls_key_file: tlsKeyFile } = config;
  return openChannel({ name, address, tlsCaFile, tlsCertFile, tlsKeyFile });
}

/**
 * A channel to the daemon that a user named by its address, with or without a leading `grpc+`:
 * `https://host:port?tls_ca_file=/ca.pem&tls_cert_file=/client.pem&tls_key_file=/client.key`.
 */
export function openRemote(name: string, address: string): Channel {
  if (!address.includes("?")) return open(name, { address });
  const { type: _, ...config } = instanceFromUrl(address.startsWith("grpc+") ? address : `grpc+${address}`);
  return open(name, parseConfig(remoteConfig, config, name));
}

/** The backend `grpc`: the same service in another process, over a connection that is closed with it. */
export function grpcBackend<Service extends object>(
  name: string,
  createClient: (channel: Channel) => Service,
): AnyBackend<Service> {
  return defineBackend<Service, RemoteConfig>({
    type: "grpc",
    config: remoteConfig,
    async build(config) {
      const channel = open(name, config);
      return Object.assign(createClient(channel), { [Symbol.asyncDispose]: async () => channel[Symbol.dispose]() });
    },
  });
}
