import type { Http2Server } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import type { ServerDuplexStream, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { type handleBidiStreamingCall, type Metadata, Server, status, type UntypedHandleCall } from "@grpc/grpc-js";
import { context, SpanKind } from "@opentelemetry/api";
import { ServiceError } from "../service-error.ts";
import { withSpan } from "../telemetry/span.ts";
import { isTelemetryEnabled } from "../telemetry/telemetry-state.ts";
import { flowControlWindowBytes, maxReceiveMessageBytes } from "./limits.ts";
import { methodPath, toServiceDefinition } from "./service-definition.ts";
import type { HandlerContext, ServiceBinding } from "./service-implementation.ts";
import { toGrpcStatus } from "./status.ts";
import { extractTraceContext } from "./trace-context.ts";

/** Told about each call when it ends; used for logs. */
export interface CallObserver {
  ended(call: { path: string; code: status; details: string; durationMs: number; error: unknown }): void;
}

/** Decides whether new calls are taken; counts those under way. */
export interface Admission {
  /** Throws `unavailable` while the process is draining. */
  enter(): void;
  leave(): void;
  /** Aborted when calls under way have no more time; its reason is what their clients are told. */
  readonly cut: AbortSignal;
}

export interface GrpcServerOptions {
  readonly admission?: Admission;
  readonly observer?: CallObserver;
}

type StreamCall = ServerDuplexStream<Message, Message>;
type Handler = (request: unknown, context: HandlerContext) => unknown;

/** grpc-js leaves HTTP/2 windows at 64 KiB and has no option for a server's; these two members are where they are set. */
interface ServerInternals {
  commonServerOptions: { settings?: { initialWindowSize?: number } };
  createHttp2Server(credentials: unknown): Http2Server;
}

function raiseWindows(server: Server): void {
  const internals = server as unknown as ServerInternals;
  internals.commonServerOptions.settings = {
    ...internals.commonServerOptions.settings,
    initialWindowSize: flowControlWindowBytes,
  };
  const createHttp2Server = internals.createHttp2Server.bind(server);
  internals.createHttp2Server = (credentials) =>
    createHttp2Server(credentials).on("session", (session) => {
      session.once("remoteSettings", () => session.setLocalWindowSize(flowControlWindowBytes));
    });
}

/** An empty grpc-js server with our limits. */
export function createGrpcServer(): Server {
  const server = new Server({
    "grpc.max_receive_message_length": maxReceiveMessageBytes,
    "grpc.max_send_message_length": -1,
  });
  raiseWindows(server);
  return server;
}

interface IncomingCall {
  readonly metadata: Metadata;
  on(event: "cancelled", listener: () => void): unknown;
}

/** Ends as `work` does, or fails with the reason of `cut` if that comes first, and then aborts the work. */
async function untilCut(work: Promise<void>, controller: AbortController, cut: AbortSignal | undefined): Promise<void> {
  if (!cut) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => {
    reject(cut.reason);
    controller.abort(cut.reason);
  };
  cut.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    cut.removeEventListener("abort", stop);
  }
}

/** Waits until more may be written, or the stream is over. */
function drained(call: StreamCall): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done).off("close", done).off("cancelled", done);
      resolve();
    };
    call.on("drain", done).on("close", done).on("cancelled", done);
  });
}

async function writeAll(
  call: StreamCall,
  method: DescMethod,
  messages: AsyncIterable<unknown>,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    if (signal.aborted) return;
    if (!call.write(create(method.output, message as never))) await drained(call);
  }
}

/** The client's messages. Unlike the stream's own iterator, abandoning it leaves the call open for an answer. */
async function* readAll(call: StreamCall): AsyncGenerator<Message> {
  yield* call.iterator({ destroyOnReturn: false });
}

class CallRunner {
  readonly #method: DescMethod;
  readonly #handler: Handler;
  readonly #options: GrpcServerOptions;
  readonly #path: string;

  constructor(method: DescMethod, handler: Handler, options: GrpcServerOptions) {
    this.#method = method;
    this.#handler = handler;
    this.#options = options;
    this.#path = methodPath(method);
  }

  get #span() {
    const attributes = {
      "rpc.system": "grpc",
      "rpc.service": this.#method.parent.typeName,
      "rpc.method": this.#method.name,
    };
    return { kind: SpanKind.SERVER, attributes };
  }

  /** Runs the handler within the caller's trace and tells how it ended. */
  async run(call: IncomingCall, work: (context: HandlerContext) => Promise<void>): Promise<unknown> {
    const startedAt = performance.now();
    const controller = new AbortController();
    call.on("cancelled", () => controller.abort(new ServiceError("cancelled", "Cannot go on: the caller has gone")));
    const handlerContext = { signal: controller.signal, metadata: call.metadata };
    let failure: unknown;
    let admitted = false;
    try {
      this.#options.admission?.enter();
      admitted = true;
      await this.#traced(call.metadata, () => untilCut(work(handlerContext), controller, this.#options.admission?.cut));
    } catch (error) {
      failure = error ?? new ServiceError("internal", "Cannot answer: failed without a reason");
    }
    if (admitted) this.#options.admission?.leave();
    const answer = failure === undefined ? { code: status.OK, details: "" } : toGrpcStatus(failure);
    const durationMs = performance.now() - startedAt;
    this.#options.observer?.ended({
      path: this.#path,
      code: answer.code,
      details: answer.details,
      durationMs,
      error: failure,
    });
    return failure;
  }

  async #traced(metadata: Metadata, work: () => Promise<void>): Promise<void> {
    if (!isTelemetryEnabled()) return work();
    await context.with(extractTraceContext(metadata), () => withSpan(this.#path.slice(1), this.#span, work));
  }

  async unary(call: ServerUnaryCall<Message, Message>, callback: sendUnaryData<Message>): Promise<void> {
    let response: Message | undefined;
    const failure = await this.run(call, async (handlerContext) => {
      const answer = await this.#handler(call.request, handlerContext);
      response = create(this.#method.output, answer as never);
    });
    if (failure !== undefined) callback(toGrpcStatus(failure));
    else callback(null, response);
  }

  async clientStreaming(call: StreamCall, callback: sendUnaryData<Message>): Promise<void> {
    let response: Message | undefined;
    const failure = await this.run(call, async (handlerContext) => {
      const answer = await this.#handler(readAll(call), handlerContext);
      response = create(this.#method.output, answer as never);
    });
    if (failure !== undefined) callback(toGrpcStatus(failure));
    else callback(null, response);
  }

  async responseStreaming(call: StreamCall, request: unknown): Promise<void> {
    const failure = await this.run(call, (handlerContext) => {
      const messages = this.#handler(request, handlerContext) as AsyncIterable<unknown>;
      return writeAll(call, this.#method, messages, handlerContext.signal);
    });
    // grpc-js sends a status only for an emitted error; destroy() would leave the caller waiting.
    if (failure !== undefined) call.emit("error", toGrpcStatus(failure));
    else call.end();
  }
}

function toHandler(method: DescMethod, handler: Handler, options: GrpcServerOptions): UntypedHandleCall {
  const runner = new CallRunner(method, handler, options);
  switch (method.methodKind) {
    case "unary":
      return ((call: never, callback: never) => void runner.unary(call, callback)) as UntypedHandleCall;
    case "client_streaming":
      return ((call: never, callback: never) => void runner.clientStreaming(call, callback)) as UntypedHandleCall;
    case "server_streaming":
      return ((call: StreamCall & { request: Message }) =>
        void runner.responseStreaming(call, call.request)) as handleBidiStreamingCall<Message, Message>;
    case "bidi_streaming":
      return ((call: StreamCall) => void runner.responseStreaming(call, readAll(call))) as UntypedHandleCall;
  }
}

/** Adds a bound service to a server. */
export function addService(server: Server, binding: ServiceBinding, options: GrpcServerOptions = {}): void {
  const handlers = Object.fromEntries(
    binding.service.methods.map((method) => {
      const handler = binding.implementation[method.localName];
      if (!handler) throw new TypeError(`Cannot serve ${methodPath(method)}: it has no implementation`);
      return [method.localName, toHandler(method, handler.bind(binding.implementation) as Handler, options)];
    }),
  );
  server.addService(toServiceDefinition(binding.service), handlers);
}
