import type { Metadata } from "@grpc/grpc-js";
import { type Context, context, propagation } from "@opentelemetry/api";

/** Writes the active span's `traceparent` into `metadata`. */
export function injectTraceContext(metadata: Metadata): Metadata {
  propagation.inject(context.active(), metadata, { set: (carrier, key, value) => carrier.set(key, value) });
  return metadata;
}

/** The context that a caller's `traceparent` stands for; the active one if it sent none. */
export function extractTraceContext(metadata: Metadata): Context {
  return propagation.extract(context.active(), metadata, {
    get: (carrier, key) => carrier.get(key).map(String),
    keys: (carrier) => Object.keys(carrier.getMap()),
  });
}
