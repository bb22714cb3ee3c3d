import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";

const lengthDelimited = 2;

interface BytesField {
  readonly name: string;
  readonly tag: number;
  readonly isList: boolean;
}

function asBytesField(field: DescField): BytesField | undefined {
  const isList = field.fieldKind === "list" && field.listKind === "scalar" && field.scalar === ScalarType.BYTES;
  // A field with presence is written even if it is empty, which this doesn't do.
  const isSingle =
    field.fieldKind === "scalar" &&
    field.scalar === ScalarType.BYTES &&
    field.oneof === undefined &&
    !field.proto.proto3Optional;
  return isList || isSingle ? { name: field.localName, tag: (field.number << 3) | lengthDelimited, isList } : undefined;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

function writeVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) {
    target[end] = (rest % 128) | 0x80;
    end += 1;
  }
  target[end] = rest;
  return end + 1;
}

function* partsOf(message: Message, fields: readonly BytesField[]): Generator<readonly [BytesField, Uint8Array]> {
  for (const field of fields) {
    const value = (message as unknown as Record<string, Uint8Array | readonly Uint8Array[]>)[field.name];
    if (field.isList) for (const part of value as readonly Uint8Array[]) yield [field, part];
    else if ((value as Uint8Array).length > 0) yield [field, value as Uint8Array];
  }
}

/**
 * A message whose bytes are written when they are copied. grpc-js measures what a serializer answers, makes a buffer with
 * a frame's header in front, and copies it there: of a Buffer, that would be a second copy of the message.
 */
class BytesMessage {
  readonly #message: Message;
  readonly #fields: readonly BytesField[];
  readonly length: number;

  constructor(message: Message, fields: readonly BytesField[]) {
    this.#message = message;
    this.#fields = fields;
    let length = 0;
    for (const [{ tag }, part] of partsOf(message, fields))
      length += varintBytes(tag) + varintBytes(part.length) + part.length;
    this.length = length;
  }

  get byteLength(): number {
    return this.length;
  }

  /** As `Buffer.copy`, of all of it. */
  copy(target: Uint8Array, targetStart = 0): number {
    let at = targetStart;
    for (const [{ tag }, part] of partsOf(this.#message, this.#fields)) {
      at = writeVarint(target, at, tag);
      at = writeVarint(target, at, part.length);
      target.set(part, at);
      at += part.length;
    }
    return at - targetStart;
  }
}

/** What grpc-js uses of the Buffer that a serializer answers, as long as nothing is compressed. */
export type SerializedMessage = Pick<BytesMessage, "length" | "byteLength" | "copy">;

/**
 * For messages that consist of `bytes` alone, which are the large ones: they are written once, right behind the frame's
 * header, where the general way makes four copies. The bytes must not change until they are sent. `undefined` for other
 * messages.
 */
export function bytesSerializer(schema: DescMessage): ((message: Message) => SerializedMessage) | undefined {
  const fields = schema.fields.map(asBytesField);
  if (fields.length === 0 || fields.includes(undefined)) return undefined;
  const known = (fields as readonly BytesField[]).toSorted((a, b) => a.tag - b.tag);
  return (message) => new BytesMessage(message, known);
}
