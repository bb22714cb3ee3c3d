import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { ServiceError, type ServiceErrorCode } from "../service-error.ts";

const tracer = trace.getTracer("tvix-mesh");

/** Answers that callers ask for, or bring about: shown on the span, but no failure of the work. */
const ordinaryCodes: ReadonlySet<string> = new Set<ServiceErrorCode>(["not-found", "cancelled"]);

function codeOf(error: unknown): ServiceErrorCode {
  if (ServiceError.is(error)) return error.code;
  // The reason of an AbortController that was given none: whoever waited has what it needs.
  return error instanceof DOMException && error.name === "AbortError" ? "cancelled" : "internal";
}

function fail(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  span.setAttribute("tvix.error.code", code);
  if (!ordinaryCodes.has(code)) span.setStatus({ code: SpanStatusCode.ERROR, message });
}

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

function start(name: string, options: SpanOptions): Span {
  return tracer.startSpan(name, { kind: options.kind ?? SpanKind.INTERNAL, attributes: options.attributes ?? {} });
}

async function settle<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

async function* iterate<Item>(span: Span, source: () => AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  const active = trace.setSpan(context.active(), span);
  let iterator: AsyncIterator<Item> | undefined;
  let finished = false;
  try {
    iterator = context.with(active, () => source()[Symbol.asyncIterator]());
    const pull = iterator.next.bind(iterator);
    while (true) {
      const next = await context.with(active, pull);
      if (next.done) break;
      yield next.value;
    }
    finished = true;
  } catch (error) {
    finished = true;
    fail(span, error);
    throw error;
  } finally {
    if (!finished) await iterator?.return?.();
    span.end();
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Runs `work` within a span of its own; a rejection marks the span as failed. */
export function withSpan<Result>(name: string, options: SpanOptions, work: () => Promise<Result>): Promise<Result> {
  return settle(start(name, options), work);
}

/** Pulls from `source` within a span that lasts until the iteration ends, fails or is abandoned. */
export async function* spanIterable<Item>(
  name: string,
  options: SpanOptions,
  source: () => AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  yield* iterate(start(name, options), source);
}

/** Calls `method` within a span that lasts until the promise or the stream that it answers is over. */
export function callInSpan(name: string, options: SpanOptions, method: () => unknown): unknown {
  const span = start(name, options);
  let returned: unknown;
  try {
    returned = context.with(trace.setSpan(context.active(), span), method);
  } catch (error) {
    fail(span, error);
    span.end();
    throw error;
  }
  if (isAsyncIterable(returned)) {
    const stream = returned;
    return iterate(span, () => stream);
  }
  return settle(span, async () => returned);
}
