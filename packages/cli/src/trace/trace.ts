import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { styleText } from "node:util";
import { environment } from "@tvix-mesh/service/environment";
import { writeOutput } from "../output.ts";
import { runCommand } from "../run-command.ts";
import { defaultTracePort } from "../up/ports.ts";
import { renderTrace, type TraceStyle } from "./render-trace.ts";
import type { CollectedTrace, TraceSummary } from "./span.ts";

export interface TraceOptions {
  readonly url?: string;
  readonly list?: true;
  readonly full?: true;
  readonly json?: true;
  /** In seconds. */
  readonly wait: number;
}

/** A trace to which nothing came for that long is taken to be complete. */
const settledAfterMs = 800;
const pollMs = 200;

const style: TraceStyle = (format, text) => styleText(format, text, { stream: process.stdout });

class Collector {
  readonly #url: string;
  readonly #signal: AbortSignal;

  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** Undefined if there is no such thing. */
  async get<Answer>(path: string): Promise<Answer | undefined> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#url), {
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(10_000)]),
      });
    } catch (cause) {
      this.#signal.throwIfAborted();
      const reason = (cause as Error).cause ?? cause;
      throw new Error(`Cannot reach trace collector at ${this.#url}: ${(reason as Error).message}`, { cause });
    }
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`Cannot read ${path} of trace collector at ${this.#url}: ${response.status}`);
    return (await response.json()) as Answer;
  }
}

async function readTrace(collector: Collector, id: string, waitMs: number): Promise<CollectedTrace> {
  const deadline = Date.now() + waitMs;
  while (true) {
    const trace = await collector.get<CollectedTrace>(`/traces/${encodeURIComponent(id)}`);
    if (trace && (trace.summary.idleMs >= settledAfterMs || Date.now() >= deadline)) return trace;
    if (Date.now() >= deadline)
      throw new Error(id === "latest" ? "Cannot find a trace: there is none yet" : `Cannot find trace ${id}`);
    await setTimeout(pollMs);
  }
}

function describeSummary(summary: TraceSummary): string {
  const start = new Date(Number(BigInt(summary.startUnixNano) / 1_000_000n)).toISOString();
  const error = summary.hasErrors ? `  ${style("red", "failed")}` : "";
  return `${summary.traceId}  ${start}  ${String(summary.spanCount).padStart(6)} spans  ${summary.name}${error}\n`;
}

/** `tvix trace`: prints a trace as a tree, or the list of traces. */
export function trace(id: string, options: TraceOptions): Promise<never> {
  return runCommand(async (signal) => {
    const url = options.url ?? environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") ?? `http://127.0.0.1:${defaultTracePort}`;
    const collector = new Collector(url, signal);
    if (options.list) {
      const traces = (await collector.get<{ traces: readonly TraceSummary[] }>("/traces"))?.traces ?? [];
      await writeOutput(options.json ? `${JSON.stringify(traces)}\n` : traces.map(describeSummary).join(""));
      return;
    }
    const found = await readTrace(collector, id, options.wait * 1000);
    const text = options.json ? `${JSON.stringify(found)}\n` : renderTrace(found, style, options.full ?? false);
    await writeOutput(text);
  });
}
