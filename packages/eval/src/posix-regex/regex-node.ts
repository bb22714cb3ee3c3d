import { type ByteSet, emptyByteSet, unionByteSets } from "./byte-set.ts";

/** What every node knows: whether it matches the empty string, and which bytes a match can begin with. */
interface NodeFacts {
  readonly nullable: boolean;
  readonly first: ByteSet;
}

export type RegexNode = NodeFacts &
  (
    | { readonly kind: "bytes"; readonly set: ByteSet }
    | { readonly kind: "subject-start" }
    | { readonly kind: "subject-end" }
    | { readonly kind: "sequence"; readonly items: readonly RegexNode[] }
    | { readonly kind: "alternation"; readonly branches: readonly RegexNode[] }
    | { readonly kind: "group"; readonly index: number; readonly body: RegexNode }
    | { readonly kind: "repeat"; readonly body: RegexNode; readonly min: number; readonly max: number }
  );

export function bytesNode(set: ByteSet): RegexNode {
  return { kind: "bytes", set, nullable: false, first: set };
}

export function anchorNode(kind: "subject-start" | "subject-end"): RegexNode {
  return { kind, nullable: true, first: emptyByteSet() };
}

export function sequenceNode(items: readonly RegexNode[]): RegexNode {
  let first = emptyByteSet();
  let nullable = true;
  for (const item of items) {
    first = unionByteSets(first, item.first);
    nullable = item.nullable;
    if (!nullable) break;
  }
  return { kind: "sequence", items, nullable, first };
}

export function alternationNode(branches: readonly RegexNode[]): RegexNode {
  return {
    kind: "alternation",
    branches,
    nullable: branches.some((branch) => branch.nullable),
    first: branches.map((branch) => branch.first).reduce(unionByteSets),
  };
}

export function groupNode(index: number, body: RegexNode): RegexNode {
  return { kind: "group", index, body, nullable: body.nullable, first: body.first };
}

/** `max` is Infinity for `*`, `+` and `{n,}`. */
export function repeatNode(body: RegexNode, min: number, max: number): RegexNode {
  return { kind: "repeat", body, min, max, nullable: min === 0 || body.nullable, first: body.first };
}
