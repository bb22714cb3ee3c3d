/** A span as the collector keeps it and serves it as JSON. */
export interface CollectedSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Nanoseconds since 1970, in decimal. */
  readonly startUnixNano: string;
  readonly endUnixNano: string;
  /** What went wrong, perhaps without words; undefined if nothing did. */
  readonly error?: string | undefined;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** By their numbers in OTLP. */
export const spanKinds = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
export type SpanKind = (typeof spanKinds)[number];

export type AttributeValue = string | number | boolean;

/** What is known of a trace without its spans. */
export interface TraceSummary {
  readonly traceId: string;
  /** Of its first span that has no known parent. */
  readonly name: string;
  readonly startUnixNano: string;
  readonly spanCount: number;
  readonly services: readonly string[];
  readonly hasErrors: boolean;
  /** How long ago its last span came. */
  readonly idleMs: number;
}

/** A trace as `GET /traces/ID` answers it. */
export interface CollectedTrace {
  readonly summary: TraceSummary;
  readonly spans: readonly CollectedSpan[];
}

/** A span's status code that stands for a failure. */
export const errorStatusCode = 2;
