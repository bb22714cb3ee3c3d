import type { CollectedSpan } from "./span.ts";

/** A span and what happened within. */
export interface SpanNode {
  readonly span: CollectedSpan;
  readonly children: readonly SpanNode[];
}

/** Starts are known to the millisecond only; of two alike the one that ended first comes first. */
function byTime(left: CollectedSpan, right: CollectedSpan): number {
  const difference = BigInt(left.startUnixNano) - BigInt(right.startUnixNano);
  return Number(difference || BigInt(left.endUnixNano) - BigInt(right.endUnixNano));
}

/** The spans as trees, by start time. A span whose parent is unknown is a root. */
export function growSpanTree(spans: readonly CollectedSpan[]): readonly SpanNode[] {
  const known = new Set(spans.map((span) => span.spanId));
  const byParent = Map.groupBy([...spans].sort(byTime), ({ parentSpanId }) =>
    known.has(parentSpanId) ? parentSpanId : "",
  );
  const grow = (parent: string): readonly SpanNode[] =>
    (byParent.get(parent) ?? []).map((span) => ({ span, children: grow(span.spanId) }));
  return grow("");
}
