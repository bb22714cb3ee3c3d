import type {
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { Metadata } from "@grpc/grpc-js";

/** What a handler knows of the call besides its request. */
export interface HandlerContext {
  /** Aborted when the client cancels, its deadline passes, its connection breaks, or a shutdown can't wait any more. */
  readonly signal: AbortSignal;
  readonly metadata: Metadata;
}

type MethodImplementation<Method> =
  Method extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, context: HandlerContext) => Promise<MessageInitShape<O>>
    : Method extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, context: HandlerContext) => AsyncIterable<MessageInitShape<O>>
      : Method extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, context: HandlerContext) => Promise<MessageInitShape<O>>
        : Method extends DescMethodBiDiStreaming<infer I, infer O>
          ? (requests: AsyncIterable<MessageShape<I>>, context: HandlerContext) => AsyncIterable<MessageInitShape<O>>
          : never;

/** One function a method, under the method's local name. A ServiceError that it throws becomes its gRPC status. */
export type ServiceImplementation<Service extends DescService> = {
  [Name in keyof Service["method"]]: MethodImplementation<Service["method"][Name]>;
};

/** A service's descriptor together with what implements it. */
export interface ServiceBinding {
  readonly service: DescService;
  readonly implementation: Readonly<Record<string, (request: never, context: HandlerContext) => unknown>>;
}

/** Joins a descriptor and its implementation, checking that they fit. */
export function bindService<Service extends DescService>(
  service: Service,
  implementation: ServiceImplementation<Service>,
): ServiceBinding {
  return { service, implementation: implementation as unknown as ServiceBinding["implementation"] };
}
