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
 * For messages that consist of `bytes` alone, which are the large ones: writes them with one copy, where the general way
 * makes three. `undefined` for other messages.
 */
export function bytesSerializer(schema: DescMessage): ((message: Message) => Buffer) | undefined {
  const fields = schema.fields.map(asBytesField);
  if (fields.length === 0 || fields.includes(undefined)) return undefined;
  const known = (fields as readonly BytesField[]).toSorted((a, b) => a.tag - b.tag);
  return (message) => {
    let size = 0;
    for (const [{ tag }, part] of partsOf(message, known))
      size += varintBytes(tag) + varintBytes(part.length) + part.length;
    const buffer = Buffer.allocUnsafe(size);
    let at = 0;
    for (const [{ tag }, part] of partsOf(message, known)) {
      at = writeVarint(buffer, at, tag);
      at = writeVarint(buffer, at, part.length);
      buffer.set(part, at);
      at += part.length;
    }
    return buffer;
  };
}
