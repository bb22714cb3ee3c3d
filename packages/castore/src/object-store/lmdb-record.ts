/** Where an object's bytes are in a pack. */
export interface PackedPlace {
  readonly pack: string;
  readonly start: number;
  readonly length: number;
}

/** What an index says of an object: where its bytes are, and their checksum. */
export type LmdbRecord =
  | { readonly kind: "inline"; readonly checksum: number; readonly value: Uint8Array }
  | { readonly kind: "file"; readonly checksum: number; readonly name: string }
  | { readonly kind: "alone"; readonly checksum: number; readonly compressed: Uint8Array }
  | ({ readonly kind: "packed"; readonly checksum: number } & PackedPlace);

const kinds = ["inline", "file", "alone", "packed"] as const;
/** One byte of kind, four of checksum. */
const headerBytes = 5;
const packNameBytes = 8;

function contentOf(record: LmdbRecord): Uint8Array {
  switch (record.kind) {
    case "inline":
      return record.value;
    case "alone":
      return record.compressed;
    case "file":
      return Buffer.from(record.name, "latin1");
    case "packed": {
      const content = Buffer.alloc(packNameBytes + 8);
      content.write(record.pack, "hex");
      content.writeUInt32LE(record.start, packNameBytes);
      content.writeUInt32LE(record.length, packNameBytes + 4);
      return content;
    }
  }
}

export function encodeRecord(record: LmdbRecord): Uint8Array {
  const content = contentOf(record);
  const encoded = Buffer.allocUnsafe(headerBytes + content.length);
  encoded[0] = kinds.indexOf(record.kind);
  encoded.writeUInt32LE(record.checksum, 1);
  encoded.set(content, headerBytes);
  return encoded;
}

/** `undefined` if it isn't one. The bytes are a view. */
export function decodeRecord(encoded: Uint8Array | undefined): LmdbRecord | undefined {
  if (!encoded || encoded.length < headerBytes) return undefined;
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const checksum = bytes.readUInt32LE(1);
  const content = bytes.subarray(headerBytes);
  switch (kinds[bytes[0] as number]) {
    case "inline":
      return { kind: "inline", checksum, value: content };
    case "alone":
      return { kind: "alone", checksum, compressed: content };
    case "file":
      return { kind: "file", checksum, name: content.toString("latin1") };
    case "packed":
      if (content.length !== packNameBytes + 8) return undefined;
      return {
        kind: "packed",
        checksum,
        pack: content.toString("hex", 0, packNameBytes),
        start: content.readUInt32LE(packNameBytes),
        length: content.readUInt32LE(packNameBytes + 4),
      };
    default:
      return undefined;
  }
}
