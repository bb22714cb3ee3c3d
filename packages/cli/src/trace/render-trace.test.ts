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
    kind: "internal",
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

  test("shows a call where it is served, and an instance's part as its caller's", () => {
    const call = [
      span("1", "", 1, { service: "cli", name: "tvix x" }),
      span("2", "1", 2, { service: "cli", name: "p.v1.S/M", kind: "client" }),
      span("3", "2", 3, { name: "p.v1.S/M", kind: "server" }),
      span("4", "3", 4, { name: "things.get", attributes: { "tvix.instance": "root" } }),
      span("5", "1", 5, { service: "cli", name: "p.v1.S/Lost", kind: "client", error: "nobody there" }),
      span("6", "1", 6, { service: "cli", name: "r", attributes: { "tvix.derivation": `/s/${"a".repeat(32)}-d.drv` } }),
    ];
    expect(renderTrace({ summary, spans: call }, plain, false).split("\n").slice(1)).toEqual([
      "cli    tvix x      1.00 ms",
      "store  ├─ S/M      1.00 ms",
      "cli    ├─ S/Lost   1.00 ms  ✗ nobody there",
      "cli    └─ r d      1.00 ms",
      "",
    ]);
    expect(renderTrace({ summary, spans: call }, plain, true)).toContain("p.v1.S/M ");
  });

  test("prints each span if it is to be full", () => {
    expect(renderTrace({ summary, spans }, plain, true).match(/put/g)).toHaveLength(3);
  });
});
