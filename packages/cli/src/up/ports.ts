import { type Daemon, daemons } from "./daemons.ts";

/** Where `--traces` listens by default: OTLP over HTTP's own port. */
export const defaultTracePort = 4318;

/**
 * The port of each daemon. Without `first` their default ports; 0 lets the system choose; otherwise one after another
 * from `first` on.
 */
export function choosePort(daemon: Daemon, first: number | undefined): number {
  if (first === undefined) return daemon.defaultPort;
  return first === 0 ? 0 : first + daemons.indexOf(daemon);
}

/** The port of the trace collector, by the same rule; it comes after the daemons'. */
export function chooseTracePort(first: number | undefined): number {
  if (first === undefined) return defaultTracePort;
  return first === 0 ? 0 : first + daemons.length;
}
