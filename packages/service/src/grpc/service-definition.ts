import {
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { bytesSerializer } from "./serialize-bytes.ts";

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Without this, decoded `bytes` fields would be Buffers, which compare and slice differently. */
function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function serializerOf(schema: DescMessage): (message: Message) => Buffer {
  // grpc-js uses no more of a Buffer than these answers have.
  const ofBytes = bytesSerializer(schema) as ((message: Message) => Buffer) | undefined;
  return ofBytes ?? ((message) => asBuffer(toBinary(schema, message)));
}

/** The path that a method has on the wire. */
export function methodPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** grpc-js's definition of one method, from its protobuf-es descriptor. */
export function toMethodDefinition(method: DescMethod): MethodDefinition<Message, Message> {
  return {
    path: methodPath(method),
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: serializerOf(method.input),
    requestDeserialize: (bytes) => fromBinary(method.input, asBytes(bytes)),
    responseSerialize: serializerOf(method.output),
    responseDeserialize: (bytes) => fromBinary(method.output, asBytes(bytes)),
  };
}

/** grpc-js's definition of a service, keyed by the methods' local names. */
export function toServiceDefinition(service: DescService): ServiceDefinition {
  return Object.fromEntries(service.methods.map((method) => [method.localName, toMethodDefinition(method)]));
}
