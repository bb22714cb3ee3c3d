import type { CollectedSpan } from "./span.ts";

/** A span, or several equal ones, and what happened within. */
export interface SpanBranch {
  readonly service: string;
  readonly name: string;
  readonly count: number;
  /** In sum. */
  readonly durationNs: bigint;
  readonly errors: readonly string[];
  readonly children: readonly SpanBranch[];
}

/** Starts are known to the millisecond only; of two alike the one that ended first comes first. */
function byTime(left: CollectedSpan, right: CollectedSpan): number {
  const difference = BigInt(left.startUnixNano) - BigInt(right.startUnixNano);
  return Number(difference || BigInt(left.endUnixNano) - BigInt(right.endUnixNano));
}

/** What makes branches equal: service, name, and the same of all within. */
function shape(branch: SpanBranch): string {
  const children = branch.children.map((child) => `${child.count > 1 ? "*" : ""}${shape(child)}`);
  return JSON.stringify([branch.service, branch.name, branch.errors.length > 0, children]);
}

function add(left: SpanBranch, right: SpanBranch): SpanBranch {
  return {
    ...left,
    count: left.count + right.count,
    durationNs: left.durationNs + right.durationNs,
    errors: [...left.errors, ...right.errors],
    children: left.children.map((child, index) => {
      const other = right.children[index];
      return other ? add(child, other) : child;
    }),
  };
}

function joinEqual(branches: readonly SpanBranch[]): readonly SpanBranch[] {
  const joined = new Map<string, SpanBranch>();
  for (const branch of branches) {
    const key = shape(branch);
    const known = joined.get(key);
    joined.set(key, known ? add(known, branch) : branch);
  }
  return [...joined.values()];
}

/**
 * The spans as trees, by start time. A span whose parent is unknown is a root. Unless `full`, siblings that look the
 * same, with all that is within them, are one branch.
 */
export function growSpanTree(spans: readonly CollectedSpan[], full: boolean): readonly SpanBranch[] {
  const known = new Set(spans.map((span) => span.spanId));
  const byParent = Map.groupBy([...spans].sort(byTime), ({ parentSpanId }) =>
    known.has(parentSpanId) ? parentSpanId : "",
  );
  const grow = (parent: string): readonly SpanBranch[] => {
    const branches = (byParent.get(parent) ?? []).map((span) => ({
      service: span.service,
      name: span.name,
      count: 1,
      durationNs: BigInt(span.endUnixNano) - BigInt(span.startUnixNano),
      errors: span.error === undefined ? [] : [span.error],
      children: grow(span.spanId),
    }));
    return full ? branches : joinEqual(branches);
  };
  return grow("");
}
