import { resolve } from "node:path";
import process from "node:process";
import { styleText } from "node:util";
import { defaultDataDirectory } from "@tvix-mesh/service/data-directory";
import { environment } from "@tvix-mesh/service/environment";
import { ExitStatus } from "../exit-status.ts";
import { writeOutput } from "../output.ts";
import { printError } from "../print-error.ts";
import { runCommand } from "../run-command.ts";
import { startTraceReceiver, type TraceReceiver } from "../trace/receiver.ts";
import { announce } from "./announcement.ts";
import { daemons } from "./daemons.ts";
import { formatLogLine, type Style, toJsonLogLine } from "./log-line.ts";
import { startMesh } from "./mesh.ts";
import { chooseTracePort } from "./ports.ts";

export interface UpOptions {
  readonly data?: string;
  readonly memory?: true;
  readonly ports?: number;
  readonly traces: boolean;
  readonly keepTraces: number;
  readonly drainTimeout: number;
  readonly logLevel: string;
  readonly logFormat: "text" | "json";
}

const nameWidth = Math.max(...daemons.map(({ name }) => name.length));
const style: Style = (format, text) => styleText(format, text, { stream: process.stderr });

function openLog(format: UpOptions["logFormat"]): (name: string, line: string) => void {
  if (format === "json") return (name, line) => void process.stderr.write(toJsonLogLine(name, line));
  return (name, line) => void process.stderr.write(formatLogLine(name, nameWidth, line, style));
}

/** A collector for the daemons' spans, unless they have another one or nobody wants it. */
async function openReceiver(options: UpOptions): Promise<TraceReceiver | undefined> {
  if (!options.traces || environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") !== undefined) return undefined;
  return await startTraceReceiver({ port: chooseTracePort(options.ports), maximumTraces: options.keepTraces });
}

/** Spans are sent soon after they end, so that a trace can be shown when the command that it is about is over. */
function telemetryVariables(receiver: TraceReceiver | undefined): Record<string, string> {
  if (!receiver) return {};
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "200",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** `tvix up`: runs the mesh until a signal or until a daemon ends by itself, which is a failure. */
export function up(options: UpOptions): Promise<never> {
  return runCommand(async (signal) => {
    const receiver = await openReceiver(options);
    const mesh = startMesh({
      firstPort: options.ports,
      dataDirectory: resolve(options.data ?? defaultDataDirectory()),
      memory: options.memory ?? false,
      logLevel: options.logLevel,
      drainTimeoutSeconds: options.drainTimeout,
      variables: telemetryVariables(receiver),
      log: openLog(options.logFormat),
    });
    process.once("exit", () => mesh.kill());
    const stopped = aborted(signal);
    const broken = mesh.broken.then((how) => new Error(`Cannot keep the mesh up: ${how}`));
    const started = mesh.addresses.then(
      (addresses) => writeOutput(announce(addresses, receiver?.url)),
      (error: unknown) => error,
    );
    const failure = (await Promise.race([stopped, started, broken])) ?? (await Promise.race([stopped, broken]));
    if (failure) printError(failure);
    await mesh.stop();
    receiver?.close();
    if (failure) throw new ExitStatus(1, "the mesh broke");
  });
}
