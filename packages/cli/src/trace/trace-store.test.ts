import { describe, expect, test } from "vitest";
import type { CollectedSpan } from "./span.ts";
import { TraceStore } from "./trace-store.ts";

function span(traceId: string, spanId: string, fields: Partial<CollectedSpan> = {}): CollectedSpan {
  return {
    traceId,
    spanId,
    parentSpanId: "",
    service: "s",
    name: spanId,
    kind: "internal",
    startUnixNano: "1000",
    endUnixNano: "2000",
    attributes: {},
    ...fields,
  };
}

describe("TraceStore", () => {
  test("forgets the trace that has been silent longest when there are too many", () => {
    const store = new TraceStore({ maximumTraces: 2 });
    store.add(span("a", "1"));
    store.add(span("b", "1"));
    store.add(span("a", "2"));
    store.add(span("c", "1"));
    expect(store.get("b")).toBeUndefined();
    expect(store.get("a")?.spans).toHaveLength(2);
  });

  test("keeps a bounded number of spans a trace, and each once", () => {
    const store = new TraceStore({ maximumTraces: 1, maximumSpans: 2 });
    for (const id of ["1", "1", "2", "3"]) store.add(span("a", id));
    expect(store.get("a")?.spans.map(({ spanId }) => spanId)).toEqual(["1", "2"]);
  });

  test("latest is the trace that began last, whenever its spans came", () => {
    const store = new TraceStore({ maximumTraces: 9 });
    store.add(span("new", "1", { startUnixNano: "1700000000000000002" }));
    store.add(span("old", "1", { startUnixNano: "1700000000000000001" }));
    expect(store.get("latest")?.summary.traceId).toBe("new");
    expect(store.list().map(({ traceId }) => traceId)).toEqual(["new", "old"]);
  });

  test("names a trace after its root, and tells its services and errors", () => {
    const store = new TraceStore({ maximumTraces: 9 }, () => 5);
    store.add(span("a", "2", { parentSpanId: "1", service: "z", error: "", startUnixNano: "1" }));
    store.add(span("a", "1", { name: "root" }));
    expect(store.get("a")?.summary).toEqual({
      traceId: "a",
      name: "root",
      startUnixNano: "1000",
      spanCount: 2,
      services: ["s", "z"],
      hasErrors: true,
      idleMs: 0,
    });
  });
});
