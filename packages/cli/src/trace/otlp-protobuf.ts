import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type AttributeValue, type CollectedSpan, errorStatusCode, spanKinds } from "./span.ts";

/** Readers of the fields of interest, by number. */
type FieldReaders = Readonly<Record<number, (reader: BinaryReader) => void>>;

function readMessage(bytes: Uint8Array, fields: FieldReaders): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const read = fields[number];
    if (read) read(reader);
    else reader.skip(wireType, number);
  }
}

function readValue(bytes: Uint8Array): AttributeValue {
  let value: AttributeValue = "";
  readMessage(bytes, {
    1: (reader) => (value = reader.string()),
    2: (reader) => (value = reader.bool()),
    3: (reader) => (value = Number(reader.int64())),
    4: (reader) => (value = reader.double()),
  });
  return value;
}

function readAttribute(bytes: Uint8Array): [string, AttributeValue] {
  let key = "";
  let value: AttributeValue = "";
  readMessage(bytes, {
    1: (reader) => (key = reader.string()),
    2: (reader) => (value = readValue(reader.bytes())),
  });
  return [key, value];
}

function readError(bytes: Uint8Array): string | undefined {
  let code = 0;
  let message = "";
  readMessage(bytes, {
    2: (reader) => (message = reader.string()),
    3: (reader) => (code = reader.int32()),
  });
  return code === errorStatusCode ? message : undefined;
}

function readSpan(bytes: Uint8Array): Omit<CollectedSpan, "service"> {
  const attributes: [string, AttributeValue][] = [];
  const span = { traceId: "", spanId: "", parentSpanId: "", name: "", startUnixNano: "0", endUnixNano: "0" };
  let kind = 0;
  let error: string | undefined;
  const hex = (reader: BinaryReader) => Buffer.from(reader.bytes()).toString("hex");
  readMessage(bytes, {
    1: (reader) => (span.traceId = hex(reader)),
    2: (reader) => (span.spanId = hex(reader)),
    4: (reader) => (span.parentSpanId = hex(reader)),
    5: (reader) => (span.name = reader.string()),
    6: (reader) => (kind = reader.int32()),
    7: (reader) => (span.startUnixNano = String(reader.fixed64())),
    8: (reader) => (span.endUnixNano = String(reader.fixed64())),
    9: (reader) => attributes.push(readAttribute(reader.bytes())),
    15: (reader) => (error = readError(reader.bytes())),
  });
  return { ...span, kind: spanKinds[kind] ?? "unspecified", error, attributes: Object.fromEntries(attributes) };
}

function readResource(bytes: Uint8Array): string {
  let service = "unknown";
  readMessage(bytes, {
    1: (reader) => {
      const [key, value] = readAttribute(reader.bytes());
      if (key === "service.name") service = String(value);
    },
  });
  return service;
}

function readResourceSpans(bytes: Uint8Array): readonly CollectedSpan[] {
  const spans: Omit<CollectedSpan, "service">[] = [];
  let service = "unknown";
  readMessage(bytes, {
    1: (reader) => (service = readResource(reader.bytes())),
    2: (reader) => readMessage(reader.bytes(), { 2: (scope) => spans.push(readSpan(scope.bytes())) }),
  });
  return spans.map((span) => ({ ...span, service }));
}

/** The spans of an OTLP ExportTraceServiceRequest in protobuf. Throws if it is none. */
export function readOtlpProtobuf(body: Uint8Array): readonly CollectedSpan[] {
  const spans: CollectedSpan[] = [];
  readMessage(body, { 1: (reader) => spans.push(...readResourceSpans(reader.bytes())) });
  return spans;
}
