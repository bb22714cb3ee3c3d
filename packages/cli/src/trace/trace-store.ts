import type { CollectedSpan, CollectedTrace, TraceSummary } from "./span.ts";

export interface TraceStoreLimits {
  readonly maximumTraces: number;
  /** Spans of one trace beyond this are dropped. */
  readonly maximumSpans?: number;
}

interface Entry {
  /** By their ids: an exporter that saw no answer sends again. */
  readonly spans: Map<string, CollectedSpan>;
  lastSpanAtMs: number;
}

/** Keeps the traces whose spans came last, in memory. */
export class TraceStore {
  readonly #limits: Required<TraceStoreLimits>;
  readonly #now: () => number;
  /** The one whose span came last is the last. */
  readonly #entries = new Map<string, Entry>();

  constructor(limits: TraceStoreLimits, now: () => number = Date.now) {
    this.#limits = { maximumSpans: 20_000, ...limits };
    this.#now = now;
  }

  /** A span without ids, which nothing could refer to, is dropped. */
  add(span: CollectedSpan): void {
    if (span.traceId === "" || span.spanId === "") return;
    const entry = this.#entries.get(span.traceId) ?? { spans: new Map(), lastSpanAtMs: 0 };
    entry.lastSpanAtMs = this.#now();
    if (entry.spans.size < this.#limits.maximumSpans) entry.spans.set(span.spanId, span);
    this.#entries.delete(span.traceId);
    this.#entries.set(span.traceId, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#limits.maximumTraces && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** The trace of that id or, for "latest", the one that began last. */
  get(id: string): CollectedTrace | undefined {
    const wanted = id === "latest" ? this.list().at(0)?.traceId : id;
    const entry = wanted === undefined ? undefined : this.#entries.get(wanted);
    if (wanted === undefined || !entry) return undefined;
    return { summary: this.#summarise(wanted, entry), spans: [...entry.spans.values()] };
  }

  /** All traces, the one that began last first. */
  list(): readonly TraceSummary[] {
    return [...this.#entries]
      .map(([traceId, entry]) => this.#summarise(traceId, entry))
      .sort((left, right) => Number(BigInt(right.startUnixNano) - BigInt(left.startUnixNano)));
  }

  #summarise(traceId: string, { spans: known, lastSpanAtMs }: Entry): TraceSummary {
    const spans = [...known.values()];
    const first = spans.reduce<CollectedSpan | undefined>((earliest, span) => {
      if (known.has(span.parentSpanId)) return earliest;
      return earliest && BigInt(earliest.startUnixNano) <= BigInt(span.startUnixNano) ? earliest : span;
    }, undefined);
    return {
      traceId,
      name: first?.name ?? "",
      startUnixNano: first?.startUnixNano ?? "0",
      spanCount: spans.length,
      services: [...new Set(spans.map((span) => span.service))].sort(),
      hasErrors: spans.some((span) => span.error !== undefined),
      idleMs: this.#now() - lastSpanAtMs,
    };
  }
}
