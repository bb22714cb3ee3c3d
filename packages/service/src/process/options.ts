import { Command, Option } from "commander";
import { defaultDataDirectory } from "./data-directory.ts";
import { type LogLevel, logLevels } from "./logger.ts";
import { seconds } from "./option-values.ts";

/** The options that every daemon has. */
export interface DaemonOptions {
  readonly listen: readonly string[];
  readonly data: string;
  readonly memory?: true;
  readonly backend?: string;
  readonly composition?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly insecure?: true;
  readonly drainTimeout: number;
  readonly logLevel: LogLevel;
}

/** Another daemon that this one calls. */
export interface Peer {
  readonly environmentVariable: string;
  readonly defaultAddress: string;
}

export interface CommandDescription {
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly defaultPort: number;
  /** Adds the daemon's own options. */
  readonly options?: ((command: Command) => unknown) | undefined;
  /** Whether the daemon keeps something itself. */
  readonly hasStore: boolean;
  readonly peers: readonly Peer[];
}

/** What the environment says, and how the daemon is started. */
function closingHelp({ name, peers }: CommandDescription): string {
  const variables = [
    ...peers.map((peer) => [peer.environmentVariable, `address of a peer (default: grpc+${peer.defaultAddress})`]),
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "where spans go, with --import @tvix-mesh/service/telemetry"],
  ];
  return [
    "",
    "Environment:",
    ...variables.map(([variable = "", meaning]) => `  ${variable.padEnd(29)}${meaning}`),
    "",
    "Example:",
    `  node services/${name}/src/main.ts --data /var/lib/tvix-mesh`,
    "",
    `docs/services/${name}.md has more.`,
  ].join("\n");
}

/** The command line of a daemon. */
export function createDaemonCommand(description: CommandDescription): Command {
  const listenAddress = `127.0.0.1:${description.defaultPort}`;
  const command = new Command(description.name)
    .description(description.summary)
    .version(description.version)
    .addOption(
      new Option(
        "--listen <address...>",
        "where to listen: host:port, [v6]:port or unix:///path; may be repeated",
      ).default([listenAddress], listenAddress),
    )
    .addOption(
      new Option("--data <dir>", "directory for what is kept").default(
        defaultDataDirectory(),
        "$XDG_DATA_HOME/tvix-mesh, or ~/.local/share/tvix-mesh",
      ),
    );
  if (description.hasStore)
    command
      .option("--memory", "keep everything in memory, nothing after the process ends")
      .option("--backend <url>", "what to serve, for example lmdb:///var/lib/x or grpc+http://host:port");
  command
    .option(
      "--composition <file>",
      "JSON file of named instances, in a section for each kind of service; root is the one used",
    )
    .option("--tls-cert <file>", "PEM certificate chain to serve with TLS")
    .option("--tls-key <file>", "PEM key of the certificate")
    .option("--tls-client-ca <file>", "PEM authorities; clients must show a certificate that one of them signed")
    .option("--insecure", "allow listening beyond this machine without TLS")
    .option("--drain-timeout <seconds>", "how long calls under way may take after SIGTERM", seconds, 30)
    .addOption(new Option("--log-level <level>", "least severe lines to log").choices(logLevels).default("info"));
  description.options?.(command);
  return command.addHelpText("after", closingHelp(description)).showHelpAfterError("(--help lists the options)");
}
