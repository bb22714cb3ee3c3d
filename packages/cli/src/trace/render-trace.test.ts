import { describe, expect, test } from "vitest";
import { renderTrace, type TraceStyle } from "./render-trace.ts";
import type { CollectedSpan } from "./span.ts";

const plain: TraceStyle = (_, text) => text;
const summary = {
  traceId: "t",
  name: "build",
  startUnixNano: "0",
  spanCount: 6,
  services: ["cli", "store"],
  hasErrors: true,
  idleMs: 0,
};

function span(
  spanId: string,
  parentSpanId: string,
  startMs: number,
  fields: Partial<CollectedSpan> = {},
): CollectedSpan {
  return {
    traceId: "t",
    spanId,
    parentSpanId,
    service: "store",
    name: `span ${spanId}`,
    startUnixNano: String(startMs * 1_000_000),
    endUnixNano: String((startMs + 1) * 1_000_000),
    attributes: {},
    ...fields,
  };
}

const spans = [
  span("put1", "root", 6, { name: "put" }),
  span("put2", "root", 7, { name: "put" }),
  span("put3", "root", 8, { name: "put", error: "disk full\nat x" }),
  span("root", "elsewhere", 1, { service: "cli", name: "build", endUnixNano: "1500000000" }),
  span("late", "root", 5),
  span("early", "root", 2),
  span("inner", "early", 3, { endUnixNano: "3000850" }),
];

describe("renderTrace", () => {
  test("prints a tree by start time and counts equal siblings in one line", () => {
    expect(renderTrace({ summary, spans }, plain, false).split("\n")).toEqual([
      "trace t: 6 spans in 2 services",
      "cli    build               1.50 s",
      "store  ├─ span early      1.00 ms",
      "store  │  └─ span inner      1 µs",
      "store  ├─ span late       1.00 ms",
      "store  ├─ put ×2          2.00 ms",
      "store  └─ put             1.00 ms  ✗ disk full",
      "",
    ]);
  });

  test("prints each span if it is to be full", () => {
    expect(renderTrace({ summary, spans }, plain, true).match(/put/g)).toHaveLength(3);
  });
});
