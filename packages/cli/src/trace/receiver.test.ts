import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { startTraceReceiver, type TraceReceiver } from "./receiver.ts";
import type { CollectedTrace, TraceSummary } from "./span.ts";

const run = promisify(execFile);
const opened: TraceReceiver[] = [];

async function openReceiver(port = 0) {
  const receiver = await startTraceReceiver({ port, maximumTraces: 10 });
  opened.push(receiver);
  return receiver;
}

async function readTrace(receiver: TraceReceiver, id = "absent"): Promise<CollectedTrace> {
  return (await (await fetch(`${receiver.url}/traces/${id}`)).json()) as CollectedTrace;
}

function readLatest(receiver: TraceReceiver): Promise<CollectedTrace> {
  return readTrace(receiver, "latest");
}

afterEach(() => {
  for (const receiver of opened.splice(0)) receiver.close();
});

const program = `
  import "@tvix-mesh/service/telemetry";
  import { runShutdownActions, withSpan } from "@tvix-mesh/service";
  const attributes = { text: "ä", yes: true, whole: 7, broken: 1.5 };
  await withSpan("outer", { attributes }, () => withSpan("inner", {}, async () => { throw new Error("no"); })).catch(() => {});
  await withSpan("abandoned", {}, () => Promise.reject(AbortSignal.abort().reason)).catch(() => {});
  await runShutdownActions();
`;

describe("startTraceReceiver", () => {
  test.each(["http/json", "http/protobuf"])("collects what the OpenTelemetry SDK sends by %s", async (protocol) => {
    const receiver = await openReceiver();
    await run(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      env: {
        OTEL_SERVICE_NAME: "sender",
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      },
    });
    const abandoned = await readLatest(receiver);
    expect(abandoned.summary).toMatchObject({ name: "abandoned", hasErrors: false });
    expect(abandoned.spans[0]?.attributes).toEqual({ "tvix.error.code": "cancelled" });
    const { traces } = (await (await fetch(`${receiver.url}/traces`)).json()) as { traces: readonly TraceSummary[] };
    const { summary, spans } = await readTrace(receiver, traces.find(({ name }) => name === "outer")?.traceId);
    expect(summary).toMatchObject({ name: "outer", spanCount: 2, services: ["sender"], hasErrors: true });
    const outer = spans.find(({ name }) => name === "outer");
    const inner = spans.find(({ name }) => name === "inner");
    expect(inner).toMatchObject({
      parentSpanId: outer?.spanId,
      kind: "internal",
      error: "no",
      traceId: summary.traceId,
    });
    expect(outer).toMatchObject({ parentSpanId: "", attributes: { text: "ä", yes: true, whole: 7, broken: 1.5 } });
    expect(outer?.startUnixNano).toMatch(/^[1-9]\d{18}$/);
    expect(BigInt(outer?.endUnixNano ?? 0)).toBeGreaterThanOrEqual(BigInt(outer?.startUnixNano ?? 0));
  });

  test("takes compressed bodies, refuses broken ones, and knows no other trace", async () => {
    const receiver = await openReceiver();
    const spans = [{ traceId: "aa", spanId: "bb", name: "n", startTimeUnixNano: 5, endTimeUnixNano: "6" }];
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const post = (data: Uint8Array<ArrayBuffer> | string, headers: Record<string, string>) =>
      fetch(`${receiver.url}/v1/traces`, { method: "POST", body: data, headers });
    const json = { "content-type": "application/json" };
    expect((await post(new Uint8Array(gzipSync(body)), { ...json, "content-encoding": "gzip" })).status).toBe(200);
    expect((await post("{", json)).status).toBe(400);
    expect((await post("\xff", { "content-type": "application/x-protobuf" })).status).toBe(400);
    expect((await readLatest(receiver)).spans).toMatchObject([{ traceId: "aa", spanId: "bb", endUnixNano: "6" }]);
    expect((await fetch(`${receiver.url}/traces/cc`)).status).toBe(404);
  });

  test("takes another port if the one that is wanted is taken", async () => {
    const first = await openReceiver();
    const second = await openReceiver(Number(new URL(first.url).port));
    expect(second.url).not.toBe(first.url);
  });
});
