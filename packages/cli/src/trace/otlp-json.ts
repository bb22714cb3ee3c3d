import { type AttributeValue, type CollectedSpan, errorStatusCode, spanKinds } from "./span.ts";

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
}

interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string | number;
  readonly endTimeUnixNano?: string | number;
  readonly attributes?: readonly KeyValue[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

interface ExportRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

function readValue(value: AnyValue | undefined): AttributeValue {
  if (value?.intValue !== undefined) return Number(value.intValue);
  return value?.stringValue ?? value?.boolValue ?? value?.doubleValue ?? JSON.stringify(value ?? null);
}

function readAttributes(attributes: readonly KeyValue[] = []): Record<string, AttributeValue> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readSpan(span: OtlpSpan, service: string): CollectedSpan {
  const { status } = span;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    service,
    name: span.name ?? "",
    kind: spanKinds[span.kind ?? 0] ?? "unspecified",
    startUnixNano: String(span.startTimeUnixNano ?? 0),
    endUnixNano: String(span.endTimeUnixNano ?? 0),
    error: status?.code === errorStatusCode ? (status.message ?? "") : undefined,
    attributes: readAttributes(span.attributes),
  };
}

/** The spans of an OTLP ExportTraceServiceRequest in JSON. Throws if it is none. */
export function readOtlpJson(body: Uint8Array): readonly CollectedSpan[] {
  const request = JSON.parse(new TextDecoder().decode(body)) as ExportRequest;
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = String(readAttributes(resource?.attributes)["service.name"] ?? "unknown");
    return (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => readSpan(span, service)));
  });
}
