import type { Node } from "./syntax-tree.ts";

/**
 * Where values of attributes lie in a text that needn't be parsed before they are used: a start and an end, in turns,
 * ascending. They hold for a text that has been parsed and bound as a whole before, without an error.
 */
export type UnparsedRanges = Uint32Array;

/** What is shorter is parsed sooner than it is put off; what is longer has parts that can be. */
const minLength = 24;
const maxLength = 16_384;

/**
 * Kinds of nodes that nobody looks into before they are evaluated: no constants, and nothing that has a name, a cell or
 * a shape by what it is.
 */
const puttableOff: ReadonlySet<Node["kind"]> = new Set(["call", "let", "with", "if", "assert", "operator"] as const);

/** Collects the ranges of a text while it is parsed. */
export class RangeRecorder {
  readonly #bounds: number[] = [];

  /** Takes the value of an attribute, after those within it. */
  add(value: Node, start: number, end: number): void {
    const length = end - start;
    if (length < minLength || length > maxLength || !puttableOff.has(value.kind)) return;
    const bounds = this.#bounds;
    while (bounds.length > 0 && (bounds[bounds.length - 2] as number) >= start) bounds.length -= 2;
    bounds.push(start, end);
  }

  get ranges(): UnparsedRanges {
    return Uint32Array.from(this.#bounds);
  }
}

/** Whether ranges that come from elsewhere can be those of a text. */
export function areRangesOf(text: string, ranges: UnparsedRanges): boolean {
  let last = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    const start = ranges[at] as number;
    const end = ranges[at + 1] ?? 0;
    if (start < last || end <= start || text.charCodeAt(end) !== 59) return false;
    last = end;
  }
  return true;
}
