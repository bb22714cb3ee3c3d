import { Command, InvalidArgumentError, Option } from "commander";
import { defaultDataDirectory } from "./data-directory.ts";
import { type LogLevel, logLevels } from "./logger.ts";

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

export interface CommandDescription {
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly defaultPort: number;
  /** Adds the daemon's own options. */
  readonly options?: ((command: Command) => unknown) | undefined;
  /** Whether the daemon keeps something itself. */
  readonly hasStore: boolean;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0 && seconds <= 86_400)) throw new InvalidArgumentError("expected a number of seconds.");
  return seconds;
}

/** The command line of a daemon. */
export function createDaemonCommand(description: CommandDescription): Command {
  const command = new Command(description.name)
    .description(description.summary)
    .version(description.version)
    .option("--listen <address...>", "where to listen: host:port, [v6]:port or unix:///path; may be repeated", [
      `127.0.0.1:${description.defaultPort}`,
    ])
    .option("--data <dir>", "directory for what is kept", defaultDataDirectory());
  if (description.hasStore)
    command
      .option("--memory", "keep everything in memory, nothing after the process ends")
      .option("--backend <url>", "what to serve, for example lmdb:///var/lib/x or grpc+http://host:port");
  command
    .option("--composition <file>", "JSON file of named instances; the one named root is served")
    .option("--tls-cert <file>", "PEM certificate chain to serve with TLS")
    .option("--tls-key <file>", "PEM key of the certificate")
    .option("--tls-client-ca <file>", "PEM authorities; clients must show a certificate that one of them signed")
    .option("--insecure", "allow listening beyond this machine without TLS")
    .option("--drain-timeout <seconds>", "how long calls under way may take after SIGTERM", parseSeconds, 30)
    .addOption(new Option("--log-level <level>", "least severe lines to log").choices(logLevels).default("info"));
  description.options?.(command);
  return command.showHelpAfterError("(--help lists the options)");
}
