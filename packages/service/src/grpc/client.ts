import type { Writable } from "node:stream";
import {
  create,
  type DescMethod,
  type DescMethodBiDiStreaming,
  type DescMethodClientStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { type Client, type CallOptions as GrpcCallOptions, Metadata } from "@grpc/grpc-js";
import { SpanKind } from "@opentelemetry/api";
import type { CallOptions } from "../call-options.ts";
import { ServiceError } from "../service-error.ts";
import { spanIterable, withSpan } from "../telemetry/span.ts";
import { isTelemetryEnabled } from "../telemetry/telemetry-state.ts";
import type { Channel } from "./channel.ts";
import { failWithoutConnection, type WatchedCall } from "./connection-watch.ts";
import { methodPath, toMethodDefinition } from "./service-definition.ts";
import { fromGrpcError } from "./status.ts";
import { injectTraceContext } from "./trace-context.ts";

/** What a client may say about one call. */
export interface ClientCallOptions extends CallOptions {
  /** Ends the call with `deadline-exceeded` after that time. Unary calls have the channel's by default; 0 is no limit. */
  readonly timeoutMs?: number;
}

type ClientMethod<Method> =
  Method extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: ClientCallOptions) => Promise<MessageShape<O>>
    : Method extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: ClientCallOptions) => AsyncIterable<MessageShape<O>>
      : Method extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageInitShape<I>>, options?: ClientCallOptions) => Promise<MessageShape<O>>
        : Method extends DescMethodBiDiStreaming<infer I, infer O>
          ? (
              requests: AsyncIterable<MessageInitShape<I>>,
              options?: ClientCallOptions,
            ) => AsyncIterable<MessageShape<O>>
          : never;

/** A typed client: one function a method. Failures are ServiceErrors; an unreachable peer is named in the message. */
export type GrpcClient<Service extends DescService> = {
  [Name in keyof Service["method"]]: ClientMethod<Service["method"][Name]>;
};

type Cancellable = { cancel(): void };

/** Cancels `call` when `signal` is aborted. Answers what unhooks it again. */
function cancelOnAbort(call: Cancellable, signal: AbortSignal | undefined): () => void {
  if (!signal) return () => undefined;
  const cancel = () => call.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
  return () => signal.removeEventListener("abort", cancel);
}

class CallMaker {
  readonly #client: Client;
  readonly #channel: Channel;
  readonly #method: DescMethod;
  readonly #definition: ReturnType<typeof toMethodDefinition>;

  constructor(client: Client, channel: Channel, method: DescMethod) {
    this.#client = client;
    this.#channel = channel;
    this.#method = method;
    this.#definition = toMethodDefinition(method);
  }

  get #span() {
    const attributes = {
      "rpc.system": "grpc",
      "rpc.service": this.#method.parent.typeName,
      "rpc.method": this.#method.name,
      "server.address": this.#channel.peer.address,
    };
    return { kind: SpanKind.CLIENT, attributes };
  }

  async #inSpan<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!isTelemetryEnabled()) return work();
    return withSpan(methodPath(this.#method).slice(1), this.#span, work);
  }

  #iterate(work: () => AsyncIterable<Message>): AsyncIterable<Message> {
    if (!isTelemetryEnabled()) return work();
    return spanIterable(methodPath(this.#method).slice(1), this.#span, work);
  }

  #metadata(): Metadata {
    return injectTraceContext(new Metadata());
  }

  #callOptions(options: ClientCallOptions | undefined, defaultTimeoutMs: number): GrpcCallOptions {
    options?.signal?.throwIfAborted();
    const timeoutMs = options?.timeoutMs ?? defaultTimeoutMs;
    return timeoutMs > 0 ? { deadline: Date.now() + timeoutMs } : {};
  }

  #watchConnection(call: WatchedCall): () => void {
    return failWithoutConnection(this.#client, call, this.#channel.unaryTimeoutMs);
  }

  #failure(error: unknown, options: ClientCallOptions | undefined): unknown {
    if (options?.signal?.aborted) return options.signal.reason;
    return fromGrpcError(error, this.#channel.peer);
  }

  unary(request: unknown, options?: ClientCallOptions): Promise<Message> {
    return this.#inSpan(async () => {
      const message = create(this.#method.input, request as never);
      const { path, requestSerialize, responseDeserialize } = this.#definition;
      const grpcOptions = this.#callOptions(options, this.#channel.unaryTimeoutMs);
      return await new Promise<Message>((resolve, reject) => {
        const call = this.#client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          message,
          this.#metadata(),
          grpcOptions,
          (error, response) => {
            unhook();
            if (response) resolve(response);
            else reject(this.#failure(error, options));
          },
        );
        const unhook = cancelOnAbort(call, options?.signal);
      });
    });
  }

  clientStreaming(requests: AsyncIterable<unknown>, options?: ClientCallOptions): Promise<Message> {
    return this.#inSpan(async () => {
      const { path, requestSerialize, responseDeserialize } = this.#definition;
      const stopped = new AbortController();
      let unhook = () => {};
      let unwatch = () => {};
      const { promise, resolve, reject } = Promise.withResolvers<Message>();
      const call = this.#client.makeClientStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        this.#metadata(),
        this.#callOptions(options, 0),
        (error, response) => {
          unhook();
          unwatch();
          stopped.abort();
          if (response) resolve(response);
          else reject(this.#failure(error, options));
        },
      );
      unhook = cancelOnAbort(call, options?.signal);
      unwatch = this.#watchConnection(call);
      const sent = this.#send(call, requests, stopped.signal).catch((error: unknown) => {
        // The source failed: its error is the call's, not the cancellation that follows from it.
        reject(error);
        call.cancel();
      });
      const response = await promise;
      await sent;
      return response;
    });
  }

  async #send(call: Writable, requests: AsyncIterable<unknown>, stopped: AbortSignal): Promise<void> {
    for await (const request of requests) {
      if (stopped.aborted) return;
      if (!call.write(create(this.#method.input, request as never) as never)) await drained(call, stopped);
    }
    call.end();
  }

  serverStreaming(request: unknown, options?: ClientCallOptions): AsyncIterable<Message> {
    return this.#iterate(() => this.#receiveUnary(request, options));
  }

  async *#receiveUnary(request: unknown, options?: ClientCallOptions): AsyncGenerator<Message> {
    const { path, requestSerialize, responseDeserialize } = this.#definition;
    const call = this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      create(this.#method.input, request as never),
      this.#metadata(),
      this.#callOptions(options, 0),
    );
    yield* this.#receive(call, options);
  }

  bidiStreaming(requests: AsyncIterable<unknown>, options?: ClientCallOptions): AsyncIterable<Message> {
    return this.#iterate(() => this.#exchange(requests, options));
  }

  async *#exchange(requests: AsyncIterable<unknown>, options?: ClientCallOptions): AsyncGenerator<Message> {
    const { path, requestSerialize, responseDeserialize } = this.#definition;
    const call = this.#client.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      this.#metadata(),
      this.#callOptions(options, 0),
    );
    const stopped = new AbortController();
    let sourceFailure: { error: unknown } | undefined;
    void this.#send(call, requests, stopped.signal).catch((error: unknown) => {
      sourceFailure = { error };
      call.cancel();
    });
    try {
      yield* this.#receive(call, options);
    } catch (error) {
      throw sourceFailure ? sourceFailure.error : error;
    } finally {
      stopped.abort();
    }
  }

  /** What the server sends. Abandoning the iteration cancels the call. */
  async *#receive(
    call: AsyncIterable<Message> & Cancellable & WatchedCall & { on(event: "error", listener: () => void): unknown },
    options?: ClientCallOptions,
  ): AsyncGenerator<Message> {
    const unhook = cancelOnAbort(call, options?.signal);
    const unwatch = this.#watchConnection(call);
    // A call that is cancelled after it was abandoned still emits its status, which nobody awaits any more.
    call.on("error", () => undefined);
    let complete = false;
    try {
      for await (const message of call) yield message;
      complete = true;
    } catch (error) {
      complete = true;
      throw this.#failure(error, options);
    } finally {
      unhook();
      unwatch();
      if (!complete) call.cancel();
    }
  }
}

function drained(call: Writable, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      stopped.removeEventListener("abort", done);
      resolve();
    };
    if (stopped.aborted) return resolve();
    call.on("drain", done);
    stopped.addEventListener("abort", done, { once: true });
  });
}

function toClientMethod(maker: CallMaker, method: DescMethod): unknown {
  switch (method.methodKind) {
    case "unary":
      return maker.unary.bind(maker);
    case "client_streaming":
      return maker.clientStreaming.bind(maker);
    case "server_streaming":
      return maker.serverStreaming.bind(maker);
    case "bidi_streaming":
      return maker.bidiStreaming.bind(maker);
  }
}

/** A client of `service` over `channel`. Idempotent methods are retried while the peer is unavailable. */
export function createClient<Service extends DescService>(service: Service, channel: Channel): GrpcClient<Service> {
  const client = channel.open(service);
  const methods = service.methods.map((method) => [
    method.localName,
    toClientMethod(new CallMaker(client, channel, method), method),
  ]);
  return Object.fromEntries(methods) as GrpcClient<Service>;
}

/** Whether a call failed because the server doesn't know the method. */
export function isUnimplemented(error: unknown): boolean {
  return ServiceError.is(error, "unimplemented");
}
