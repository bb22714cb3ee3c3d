import { derivationName } from "../derivation-name.ts";
import type { CollectedSpan } from "./span.ts";
import type { SpanNode } from "./span-tree.ts";

/** A span as it is shown, or several equal ones. */
export interface SpanBranch {
  readonly service: string;
  readonly name: string;
  /** The name of the one that it was about. */
  readonly derivation: string | undefined;
  readonly count: number;
  /** In sum. */
  readonly durationNs: bigint;
  readonly errors: readonly string[];
  readonly children: readonly SpanBranch[];
}

function derivationOf({ attributes }: CollectedSpan): string | undefined {
  const path = attributes["tvix.derivation"];
  return path === undefined ? undefined : derivationName(String(path));
}

/** A branch for each span. */
export function toBranches(nodes: readonly SpanNode[]): readonly SpanBranch[] {
  return nodes.map(({ span, children }) => ({
    service: span.service,
    name: span.name,
    derivation: derivationOf(span),
    count: 1,
    durationNs: BigInt(span.endUnixNano) - BigInt(span.startUnixNano),
    errors: span.error === undefined ? [] : [span.error],
    children: toBranches(children),
  }));
}

function add(left: SpanBranch, right: SpanBranch): SpanBranch {
  return {
    ...left,
    count: left.count + right.count,
    durationNs: left.durationNs + right.durationNs,
    errors: [...left.errors, ...right.errors],
    children: joinEqual([...left.children, ...right.children]),
  };
}

/** A branch for each group of siblings of the same service, name and outcome; each derivation stays by itself. */
export function joinEqual(branches: readonly SpanBranch[]): readonly SpanBranch[] {
  const joined = new Map<string, SpanBranch>();
  for (const branch of branches) {
    const { service, name, derivation, errors, children } = branch;
    const key = JSON.stringify([service, name, derivation, errors.length > 0]);
    const known = joined.get(key);
    joined.set(key, known ? add(known, branch) : { ...branch, children: joinEqual(children) });
  }
  return [...joined.values()];
}
